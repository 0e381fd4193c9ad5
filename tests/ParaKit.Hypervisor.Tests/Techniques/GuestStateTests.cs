using Iced.Intel;
using ParaKit.Abi;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Techniques;

public sealed class GuestStateTests
{
    private const ulong Load = 0x10_0000;
    private const ulong Stored = 0x1122_3344_5566_7788;

    // Inside the image's own pages, across the border of two.
    private const ulong Place = Load + 0x1ffc;

    private static KernelImage Bare()
    {
        var a = new Assembler(64);
        a.mov(rax, Stored);
        a.mov(rcx, Place);
        a.mov(__[rcx], rax);
        a.mov(r15, 15);
        a.mov(dx, 0xf4);
        a.@out(dx, eax);
        var stream = new MemoryStream();
        a.Assemble(new StreamCodeWriter(stream), Load);
        var elf = new ElfBytes { Code = stream.ToArray(), VirtualAddress = Load, PhysicalAddress = Load, MemorySize = 0x4000, Entry = Load };
        return KernelImage.Load(elf.Symbol("start", Load).ToArray(), "bare");
    }

    [Theory]
    [InlineData("native")]
    [InlineData("trap")]
    public void UnmodifiedGuest_LeavesMemoryAndRegisters(string technique)
    {
        Assert.True(TechniqueTable.TryFind(technique, out var found));
        var run = new RunRequest(Bare()) { MemoryBytes = 4 << 20, MaxInstructions = 1000 };
        Assert.Null(found.Run(run).State);

        using var state = found.Run(run with { KeepState = true }).State!;
        Assert.Equal((Stored, 15UL), (state.Registers["rax"], state.Registers["R15"]));
        Assert.Equal(0UL, state.Registers["cs"] & 3);
        Assert.True(state.TryRead(Place, out ulong value));
        Assert.Equal(Stored, value);
        Assert.False(state.TryRead(0xffff_9000_0000_0000, out value));
        Assert.False(state.TryRead(0x8000_0000_0000_0000, out value));
    }

    [Fact]
    public void ParavirtualGuest_LeavesMemoryAndRegisters()
    {
        var image = MicroGuest.Build(guest =>
        {
            guest.Store(MicroGuest.Data, Stored);
            guest.Shutdown();
        });
        var result = new ParavirtTechnique().Run(new RunRequest(image) { MemoryBytes = TestHost.MemoryBytes, KeepState = true });
        var state = result.State!;
        Assert.Equal((ulong)HypercallNumber.SchedOp, HypercallPageNumber(state));
        Assert.True(state.TryRead(MicroGuest.Data, out ulong value));
        Assert.Equal(Stored, value);
        Assert.False(state.TryRead(MachineToPhysical.HypervisorStart, out value));

        state.Dispose();
        state.Dispose();
        Assert.Throws<ObjectDisposedException>(() => state.TryRead(MicroGuest.Data, out value));
        Assert.Equal(3UL, state.Registers["cs"] & 3);
    }

    // The guest stopped in its hypercall page: 32 bytes for each number.
    private static ulong HypercallPageNumber(GuestState state) => state.Registers["rip"] % 0x1000 / 32;
}

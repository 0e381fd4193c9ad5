using System.Text;
using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Tests.Domains;

/// <summary>Xen's start of day, as seen by a debugger on real Xen 4.17 and described in public/xen.h.</summary>
public sealed unsafe class DomainBuilderTests : IDisposable
{
    private readonly TestHost _host = TestHost.Idle();

    private DomainLayout Layout => _host.Layout;

    private StartInfo StartInfo => _host.Host.Machine.Memory.Read<StartInfo>(_host.MachineAddress(Layout.Address(Layout.StartInfoFrame)));

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Layout_HasXensOrderAndPadding()
    {
        var kernelEnd = (MicroGuest.ImagePhysical + MicroGuest.MemorySize) / 4096;
        Assert.Equal(kernelEnd, Layout.P2MFrame);
        Assert.Equal(TestHost.MemoryBytes / 4096 * 8 / 4096, Layout.P2MFrameCount);
        Assert.Equal(Layout.P2MFrame + Layout.P2MFrameCount, Layout.StartInfoFrame);
        Assert.Equal(Layout.StartInfoFrame + 3, Layout.TableFrame);
        // 4 MiB at the top of the address space: one L4, L3, L2 and two L1.
        Assert.Equal(5ul, Layout.TableCount);
        Assert.Equal(0ul, Layout.Address(Layout.EndFrame) % (4 << 20));
        Assert.True((Layout.EndFrame - Layout.StackFrame - 1) * 4096 >= 512 << 10);
    }

    [Fact]
    public void StartInfo_IsFilledIn()
    {
        var info = StartInfo;
        Assert.Equal("xen-3.0-x86_64", Encoding.ASCII.GetString(info.Magic, 14));
        Assert.Equal(0, info.Magic[14]);
        Assert.Equal(TestHost.MemoryBytes / 4096, info.PageCount);
        Assert.Equal(_host.Domain.Shared.Address, info.SharedInfo);
        Assert.Equal(StartFlags.None, info.Flags);
        Assert.Equal(_host.Domain.Frames[Layout.StoreFrame], info.StoreFrame);
        Assert.Equal(_host.Domain.Frames[Layout.ConsoleFrame], info.ConsoleFrame);
        Assert.NotEqual(0u, info.StorePort);
        Assert.NotEqual(info.StorePort, info.ConsolePort);
        Assert.Equal(Layout.Address(Layout.TableFrame), info.PageTableBase);
        Assert.Equal(Layout.TableCount, info.PageTableFrameCount);
        Assert.Equal(Layout.P2MAddress, info.FrameList);
        Assert.Equal("test command line", Encoding.ASCII.GetString(info.CommandLine, 17));
    }

    [Fact]
    public void Registers_AreXens()
    {
        ref var state = ref _host.Domain.Vcpu.State;
        Assert.Equal(MicroGuest.Code, state.Rip);
        Assert.Equal(Layout.Address(Layout.StartInfoFrame), state.Registers[GeneralRegister.Rsi]);
        Assert.Equal(Layout.Address(Layout.StackFrame + 1), state.Registers[GeneralRegister.Rsp]);
        Assert.Equal(0ul, state.Registers[GeneralRegister.Rax]);
        Assert.Equal(0x202ul, state.Rflags);
        Assert.Equal(0xe033, state.Cs.Selector);
        Assert.Equal(0xe02b, state.Ss.Selector);
        Assert.Equal(0, state.Ds.Selector);
        Assert.Equal(3, state.Cpl);
        Assert.Equal(0x8005003bul, state.Cr0 | Cr0.TaskSwitched | 8);
        Assert.Equal(_host.MachineFrame(StartInfo.PageTableBase) << 12, state.Cr3);
    }

    [Fact]
    public void FrameLists_AreInverse_AndNotTheIdentity()
    {
        var frames = _host.Domain.Frames;
        for (ulong i = 0; i < (ulong)frames.Length; i++)
        {
            Assert.Equal(frames[i], _host.Read(Layout.P2MAddress + (i * 8)));
            Assert.Equal(i, _host.Host.MachineToPhysical[frames[i]]);
        }

        Assert.InRange(frames.Where((f, i) => f == (ulong)i).Count(), 0, 10);
    }

    [Fact]
    public void InitialMapping_TablesAreReadOnly_TheRestIsWritable_NothingBeyond()
    {
        var memory = _host.Domain.Memory;
        for (ulong frame = 0; frame < Layout.EndFrame; frame++)
        {
            var address = Layout.Address(frame);
            Assert.True(memory.TryRead(address, out ulong value));
            Assert.Equal(!Layout.IsTable(frame), memory.TryWrite(address, value));
        }

        Assert.False(memory.TryRead(Layout.Address(Layout.EndFrame), out ulong _));
    }

    [Fact]
    public void SharedInfo_StartsMasked_WithTime()
    {
        var shared = _host.Host.Machine.Memory.Read<SharedInfo>(_host.Domain.Shared.Address);
        Assert.Equal(1, shared.Vcpu0.EventUpcallMask);
        Assert.Equal(0, shared.Vcpu0.EventUpcallPending);
        Assert.Equal(2u, shared.Vcpu0.Time.Version);
        Assert.NotEqual(0u, shared.Vcpu0.Time.TscToSystemMultiplier);
        Assert.Equal(GuestClock.WallClockSeconds, shared.WallClockSeconds);
    }

    [Fact]
    public void HypercallPage_HasStubs()
    {
        var page = _host.Host.Machine.Memory.ReadOnlySpan(_host.MachineAddress(MicroGuest.ImageBase), 4096);
        Assert.Equal([0x51, 0x41, 0x53, 0xb8, 0x12, 0, 0, 0, 0x0f, 0x05, 0x41, 0x5b, 0x59, 0xc3], page.Slice(18 * 32, 14).ToArray());
        Assert.Equal([0x51, 0x41, 0x53, 0x50, 0xb8, 0x17, 0, 0, 0, 0x0f, 0x05], page.Slice(23 * 32, 11).ToArray());
    }

    [Fact]
    public void TooLittleMemory_IsAnErrorWithTheNeed()
    {
        var image = _host.Domain.Image;
        using var host = new HypervisorHost(3 << 20, Hardware.Time.CostProfile.Default);
        var error = Assert.Throws<DomainBuildException>(() => host.Build(image, 3 << 20, "", _ => { }));
        Assert.Contains("at least 4 MiB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ImageWithoutXenNotes_IsRefused()
    {
        var elf = new ElfBytes { Code = [0x90], VirtualAddress = 0x100000, PhysicalAddress = 0x100000, MemorySize = 1, Entry = 0x100000 };
        var image = KernelImage.Load(elf.ToArray(), "native");
        Assert.Throws<DomainBuildException>(() => _host.Host.Build(image, 1 << 20, "", _ => { }));
    }

    [Fact]
    public void SeparateP2M_IsMappedWhereTheImageWantsIt()
    {
        const ulong P2M = 0xffff_8900_0000_0000;
        var elf = new ElfBytes
        {
            Code = [0x90], VirtualAddress = MicroGuest.ImageBase, PhysicalAddress = MicroGuest.ImagePhysical, MemorySize = 4096, Entry = MicroGuest.ImageBase,
        };
        elf.Note(XenNoteType.Entry, MicroGuest.ImageBase).Note(XenNoteType.VirtBase, MicroGuest.VirtualBase).Note(XenNoteType.InitP2M, P2M);
        using var host = new TestHost(KernelImage.Load(elf.ToArray(), "p2m"));
        Assert.True(host.Layout.HasSeparateP2M);
        Assert.Equal(8ul, host.Layout.TableCount);
        Assert.True(host.Domain.Memory.TryRead(P2M + 8, out ulong frame));
        Assert.Equal(host.Domain.Frames[1], frame);
        PagingOracle.Check(host);
    }

    [Fact]
    public void MachineToPhysical_IsReadableByTheGuestCode_NotWritable()
    {
        var frame = _host.Domain.Frames[5];
        var processor = _host.Host.Machine.Processor;
        var address = MachineToPhysical.VirtualStart + (frame * 8);
        Assert.True(processor.TryTranslate(address, Hardware.Mmu.AccessKind.Read, user: true, out var physical, out _));
        Assert.Equal(5ul, _host.Host.Machine.Memory.Read<ulong>(physical));
        Assert.False(processor.TryTranslate(address, Hardware.Mmu.AccessKind.Write, user: true, out _, out _));
        Assert.False(processor.TryTranslate(DescriptorTableArea.LinearBase, Hardware.Mmu.AccessKind.Read, user: true, out _, out _));
    }
}

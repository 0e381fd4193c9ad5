using Iced.Intel;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hardware.Tests;

/// <summary>A machine with identity page tables (user pages, 2 MiB) over its 64 MiB and helpers to build guests in it.</summary>
internal sealed class TestGuest : IDisposable
{
    public const ulong PageTables = 0x1000;
    public const ulong Code = 0x100000;
    public const ulong StackTop = 0x80000;
    public const ulong Data = 0x200000;
    public const ulong Gdt = 0x10000;
    public const ulong Idt = 0x11000;
    public const ulong Tss = 0x13000;
    public const ushort KernelCode = 0x08;
    public const ushort KernelData = 0x10;
    public const ushort UserData = 0x18 | 3;
    public const ushort UserCode = 0x20 | 3;
    public const ushort TssSelector = 0x28;

    private const ulong LargePage = 2 << 20;
    private const ulong UserPage = PageTableEntry.Present | PageTableEntry.Writable | PageTableEntry.User;
    private ulong _nextTable = PageTables + 0x3000;

    public TestGuest(MachineOptions? options = null)
    {
        Machine = MachineBuilder.Build(options ?? new MachineOptions());
        Machine.Memory.Write(PageTables, (PageTables + 0x1000) | UserPage);
        Machine.Memory.Write(PageTables + 0x1000, (PageTables + 0x2000) | UserPage);
        for (ulong i = 0; i < Machine.Memory.Size / LargePage; i++)
        {
            Machine.Memory.Write(PageTables + 0x2000 + (i * 8), (i * LargePage) | UserPage | PageTableEntry.PageSize);
        }

        Processor.LoadCr3(PageTables);
        State.Rip = Code;
        State.Registers[GeneralRegister.Rsp] = StackTop;
        WriteDescriptors();
    }

    public Machine Machine { get; }

    public Processor Processor => Machine.Processor;

    public ref CpuState State => ref Machine.Processor.State;

    public ulong this[GeneralRegister register] => State.Registers[register];

    /// <summary>Assembles at <paramref name="address"/> and returns the first address after it.</summary>
    public ulong Assemble(Action<Assembler> program, ulong address = Code)
    {
        var assembler = new Assembler(64);
        program(assembler);
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), address);
        Write(address, stream.ToArray());
        return address + (ulong)stream.Length;
    }

    public void Write(ulong address, ReadOnlySpan<byte> bytes) =>
        bytes.CopyTo(Machine.Memory.Span(address, bytes.Length));

    /// <summary>An IDT gate to <paramref name="handler"/>.</summary>
    public void SetGate(byte vector, ulong handler, int type = 14, int dpl = 0, int interruptStack = 0, bool present = true)
    {
        ulong low = (handler & 0xffff) | ((ulong)KernelCode << 16) | ((ulong)interruptStack << 32) | ((ulong)type << 40)
            | ((ulong)dpl << 45) | (present ? 1ul << 47 : 0) | ((handler & 0xffff_0000) << 32);
        Machine.Memory.Write(Idt + ((ulong)vector * 16), low);
        Machine.Memory.Write(Idt + ((ulong)vector * 16) + 8, handler >> 32);
        State.Idtr.Base = Idt;
        State.Idtr.Limit = 0xfff;
    }

    /// <summary>Continues at CPL 3 with flat user segments.</summary>
    public void EnterUser(int ioPrivilege = 0)
    {
        State.Cs.Selector = UserCode;
        State.Cs.Attributes |= SegmentAttributes.Dpl3;
        State.Ss.Selector = UserData;
        State.Ss.Attributes |= SegmentAttributes.Dpl3;
        State.Cpl = 3;
        State.Rflags |= (ulong)ioPrivilege << Flags.IoPrivilegeShift;
    }

    /// <summary>Maps one 4 KiB page with exactly these entry bits on every level.</summary>
    public void Map(ulong linear, ulong physical, ulong bits)
    {
        ulong table = PageTables;
        for (int level = 4; level > 1; level--)
        {
            ulong slot = table + (((linear >> (12 + (9 * (level - 1)))) & 511) * 8);
            ulong entry = Machine.Memory.Read<ulong>(slot);
            if ((entry & PageTableEntry.Present) == 0)
            {
                entry = _nextTable | UserPage;
                _nextTable += 0x1000;
                Machine.Memory.Write(slot, entry);
            }

            table = entry & PageTableEntry.AddressMask;
        }

        Machine.Memory.Write(table + (((linear >> 12) & 511) * 8), physical | bits);
        Processor.FlushTlb();
    }

    public void Dispose() => Machine.Dispose();

    private void WriteDescriptors()
    {
        ReadOnlySpan<ulong> descriptors =
        [
            0, 0x00af_9b00_0000_ffff, 0x00cf_9300_0000_ffff, 0x00cf_f300_0000_ffff, 0x00af_fb00_0000_ffff,
            0x0000_8900_0000_0067 | ((Tss & 0xff_ffff) << 16), 0,
        ];
        for (int i = 0; i < descriptors.Length; i++)
        {
            Machine.Memory.Write(Gdt + ((ulong)i * 8), descriptors[i]);
        }

        State.Gdtr.Base = Gdt;
        State.Gdtr.Limit = (ushort)((descriptors.Length * 8) - 1);
        State.Tr.Base = Tss;
        State.Tr.Limit = 0x67;
        State.Tr.Selector = TssSelector;
        Machine.Memory.Write(Tss + 4, StackTop - 0x1000);
    }
}

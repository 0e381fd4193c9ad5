using Iced.Intel;
using ParaKit.Image;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Support;

/// <summary>
/// A tiny kernel for a bare machine, assembled in the test at <see cref="Load"/> and entered in 64-bit mode on an identity map. It brings
/// a descriptor table, an interrupt table whose gates all lead to one handler, and pages for its own tables.
/// </summary>
internal sealed class BareGuest : Assembler
{
    public const ulong Load = 0x10_0000;
    public const ulong Gdt = 0x20_0000;
    public const ulong Idt = 0x20_1000;
    public const ulong TaskState = 0x20_2000;
    public const ulong Pointers = 0x20_3000;
    public const ulong Stack = 0x21_0000;
    public const ulong InterruptStack = 0x22_0000;

    /// <summary>Page tables of <see cref="LoadTables"/>.</summary>
    public const ulong Tables = 0x40_0000;

    /// <summary>Linear address of a window of small pages there.</summary>
    public const ulong Window = 0x4000_0000;

    /// <summary>The table with the window's entries.</summary>
    public const ulong WindowTable = Tables + 0x4000;

    /// <summary>Pages for the test's own use, up to <see cref="MemoryBytes"/>.</summary>
    public const ulong Scratch = 0x30_0000;

    public const ulong MemoryBytes = 8 << 20;
    public const ushort KernelCode = 0x08;
    public const ushort KernelData = 0x10;
    public const ushort UserData = 0x1b;
    public const ushort UserCode = 0x23;
    public const ushort TaskSelector = 0x28;
    public const ushort LocalTable = 0x38;
    private const ulong KernelCodeDescriptor = 0x00af_9b00_0000_ffff;
    private const ulong KernelDataDescriptor = 0x00cf_9300_0000_ffff;
    private const ulong UserDataDescriptor = 0x00cf_f300_0000_ffff;
    private const ulong UserCodeDescriptor = 0x00af_fb00_0000_ffff;
    private const ulong LargePage = 0x20_0000;
    private const ushort TableLimit = 0x47;

    private readonly List<(string Name, Label Label)> _symbols = [];

    public BareGuest()
        : base(64)
    {
    }

    /// <summary>Assembles a kernel.</summary>
    public static KernelImage Build(Action<BareGuest> body)
    {
        var guest = new BareGuest();
        var entry = guest.CreateLabel();
        guest.Place(ref entry, "entry");
        guest.mov(rsp, Stack);
        body(guest);
        guest.nop();
        return guest.Assemble();
    }

    /// <summary>Places a label here, and makes it a symbol of the image.</summary>
    public void Place(ref Label label, string name)
    {
        Label(ref label);
        _symbols.Add((name, label));
    }

    /// <summary>Stores a constant (clobbers RAX and R11).</summary>
    public void Store(ulong address, ulong value)
    {
        mov(r11, address);
        mov(rax, value);
        mov(__qword_ptr[r11], rax);
    }

    /// <summary>Loads the kernel's own segments and task state.</summary>
    public void LoadSegments()
    {
        Store(Gdt + KernelCode, KernelCodeDescriptor);
        Store(Gdt + KernelData, KernelDataDescriptor);
        Store(Gdt + (UserData & ~7u), UserDataDescriptor);
        Store(Gdt + (UserCode & ~7u), UserCodeDescriptor);
        Store(Gdt + TaskSelector, 103 | ((TaskState & 0xff_ffff) << 16) | (0x89UL << 40));
        Store(Gdt + TaskSelector + 8, 0);
        Store(Gdt + LocalTable, 15 | ((Scratch & 0xff_ffff) << 16) | (0x82UL << 40));
        Store(Gdt + LocalTable + 8, 0);
        Store(TaskState + 4, InterruptStack);
        Store(TaskState + 96, 104UL << 48);
        Pointer(Gdt, TableLimit);
        lgdt(__[r11]);
        mov(ax, KernelData);
        mov(ds, ax);
        mov(es, ax);
        mov(ss, ax);
        mov(ax, TaskSelector);
        ltr(ax);
        push(KernelCode);
        var next = CreateLabel();
        lea(rax, __[next]);
        push(rax);
        AddInstruction(Instruction.Create(Code.Retfq));
        Label(ref next);
    }

    /// <summary>Leads every vector to a handler, through gates that all levels may use.</summary>
    /// <param name="handler">The handler of vector 0.</param>
    /// <param name="stride">Bytes from one vector's handler to the next; 0 if all share one.</param>
    public void LoadGates(Label handler, int stride = 0)
    {
        var loop = CreateLabel();
        lea(rbx, __[handler]);
        mov(rdi, Idt);
        mov(ecx, 256);
        Label(ref loop);
        mov(rax, rbx);
        mov(__word_ptr[rdi], ax);
        mov(__word_ptr[rdi + 2], KernelCode);
        mov(__word_ptr[rdi + 4], 0xee00);
        shr(rax, 16);
        mov(__word_ptr[rdi + 6], ax);
        shr(rax, 16);
        mov(__dword_ptr[rdi + 8], eax);
        mov(__dword_ptr[rdi + 12], 0);
        add(rbx, stride);
        add(rdi, 16);
        dec(ecx);
        jne(loop);
        Pointer(Idt, 0xfff);
        lidt(__[r11]);
    }

    /// <summary>Page tables of the kernel's own: an identity map in large user pages, and a window of small pages.</summary>
    /// <param name="entries">The window's entries, from its first page.</param>
    public void LoadTables(params IEnumerable<ulong> entries)
    {
        Store(Tables, (Tables + 0x1000) | 7);
        Store(Tables + 0x1000, (Tables + 0x2000) | 7);
        Store(Tables + 0x1000 + 8, (Tables + 0x3000) | 7);
        for (ulong page = 0; page * LargePage < MemoryBytes; page++)
        {
            Store(Tables + 0x2000 + (page * 8), (page * LargePage) | 0x87);
        }

        Store(Tables + 0x3000, WindowTable | 7);
        var place = WindowTable;
        foreach (var entry in entries)
        {
            Store(place, entry);
            place += 8;
        }

        mov(rax, Tables);
        mov(cr3, rax);
    }

    /// <summary>Prints RAX's low byte.</summary>
    public void PrintByte()
    {
        mov(dx, 0x3f8);
        @out(dx, al);
    }

    /// <summary>Ends the guest with the code in EAX.</summary>
    public void Exit()
    {
        mov(dx, 0xf4);
        @out(dx, eax);
    }

    /// <summary>Puts a pseudo-descriptor into memory and its address into R11.</summary>
    public void Pointer(ulong table, ushort limit)
    {
        mov(r11, Pointers);
        mov(__word_ptr[r11], (short)limit);
        mov(rax, table);
        mov(__qword_ptr[r11 + 2], rax);
    }

    private KernelImage Assemble()
    {
        var stream = new MemoryStream();
        var result = Assemble(new StreamCodeWriter(stream), Load, BlockEncoderOptions.ReturnNewInstructionOffsets);
        var elf = new ElfBytes
        {
            Code = stream.ToArray(), VirtualAddress = Load, PhysicalAddress = Load, MemorySize = (ulong)stream.Length + 0x1000, Entry = Load,
        };
        foreach (var (name, label) in _symbols)
        {
            elf.Symbol(name, result.GetLabelRIP(label));
        }

        return KernelImage.Load(elf.ToArray(), "bare");
    }
}

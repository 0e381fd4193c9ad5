using Iced.Intel;
using ParaKit.Abi;
using ParaKit.Image;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Support;

/// <summary>
/// A tiny paravirtual kernel, assembled in the test. Layout from <see cref="ImageBase"/>: hypercall page, code, then from
/// <see cref="Data"/> pages for the test's own use. At entry RBP keeps the address of start_info.
/// </summary>
internal sealed partial class MicroGuest : Assembler
{
    public const ulong VirtualBase = 0xffff_ffff_8000_0000;
    public const ulong ImagePhysical = 0x10_0000;
    public const ulong ImageBase = VirtualBase + ImagePhysical;
    public const ulong Code = ImageBase + 0x1000;
    public const ulong Data = ImageBase + 0x4000;
    public const ulong MemorySize = 0x14000;

    /// <summary>Where <see cref="Report"/> puts results.</summary>
    public const ulong Results = Data;

    /// <summary>A page-aligned scratch area of 8 pages that tests may turn into anything.</summary>
    public const ulong Scratch = ImageBase + 0x8000;

    private readonly List<(string Name, Label Label)> _symbols = [];
    private int _results;

    public MicroGuest()
        : base(64)
    {
    }

    /// <summary>Address of a scratch page.</summary>
    public static ulong ScratchPage(int index) => Scratch + ((ulong)index * 0x1000);

    /// <summary>Pseudo-physical frame of an address of the image.</summary>
    public static ulong FrameOf(ulong address) => (address - VirtualBase) >> 12;

    /// <summary>Places a label here, and makes it a symbol of the image.</summary>
    public void Place(ref Label label, string name)
    {
        Label(ref label);
        _symbols.Add((name, label));
    }

    /// <summary>Makes a hypercall through the hypercall page; arguments are in registers.</summary>
    public void Hypercall(HypercallNumber number) => call(ImageBase + ((ulong)number * 32));

    /// <summary>Makes a hypercall with constant arguments.</summary>
    public void Hypercall(HypercallNumber number, params ReadOnlySpan<ulong> arguments)
    {
        ReadOnlySpan<AssemblerRegister64> registers = [rdi, rsi, rdx, r10, r8];
        for (var i = 0; i < arguments.Length; i++)
        {
            mov(registers[i], arguments[i]);
        }

        Hypercall(number);
    }

    /// <summary>Stores RAX as the next result.</summary>
    public void Report()
    {
        mov(r11, Results + ((ulong)_results++ * 8));
        mov(__qword_ptr[r11], rax);
    }

    /// <summary>Stores a constant in memory (clobbers R11 and RAX).</summary>
    public void Store(ulong address, ulong value)
    {
        mov(r11, address);
        mov(rax, value);
        mov(__qword_ptr[r11], rax);
    }

    /// <summary>Ends the guest (clobbers everything).</summary>
    public void Shutdown(ShutdownReason reason = ShutdownReason.PowerOff)
    {
        Store(Data + 0xff8, (ulong)reason);
        Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Shutdown, Data + 0xff8);
        ud2();
    }

    /// <summary>Assembles the guest: entry, then <paramref name="body"/>.</summary>
    public static KernelImage Build(Action<MicroGuest> body) => KernelImage.Load(BuildFile(body), "micro");

    /// <summary>As <see cref="Build"/>, but the ELF file itself.</summary>
    public static byte[] BuildFile(Action<MicroGuest> body)
    {
        var guest = new MicroGuest();
        var entry = guest.CreateLabel();
        guest.Place(ref entry, "entry");
        guest.mov(rbp, rsi);
        body(guest);
        guest.nop();
        return guest.Assemble();
    }

    private byte[] Assemble()
    {
        var stream = new MemoryStream();
        var result = Assemble(new StreamCodeWriter(stream), Code, BlockEncoderOptions.ReturnNewInstructionOffsets);
        var elf = new ElfBytes
        {
            Code = [.. new byte[0x1000], .. stream.ToArray()],
            VirtualAddress = ImageBase,
            PhysicalAddress = ImagePhysical,
            MemorySize = MemorySize,
            Entry = Code,
        };
        elf.Note(XenNoteType.Entry, Code).Note(XenNoteType.HypercallPage, ImageBase).Note(XenNoteType.VirtBase, VirtualBase)
            .Note(XenNoteType.XenVersion, "xen-3.0").Note(XenNoteType.GuestOs, "micro").Note(XenNoteType.Loader, "generic");
        foreach (var (name, label) in _symbols)
        {
            elf.Symbol(name, result.GetLabelRIP(label));
        }

        return elf.ToArray();
    }
}

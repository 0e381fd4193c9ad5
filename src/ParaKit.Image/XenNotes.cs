using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ParaKit.Image;

/// <summary>What a paravirtual kernel tells the domain builder in its ELF notes (Xen public/elfnote.h).</summary>
public sealed record XenNotes
{
    /// <summary>Owner name of the notes.</summary>
    public const string Owner = "Xen";

    /// <summary>Linear address of the first instruction.</summary>
    public required ulong Entry { get; init; }

    /// <summary>Linear address of the page that the domain builder fills with hypercall stubs; null if the kernel has none.</summary>
    public ulong? HypercallPage { get; init; }

    /// <summary>Linear address at which pseudo-physical frame 0 is mapped.</summary>
    public ulong VirtBase { get; init; }

    /// <summary>What to subtract from ELF physical addresses to get an offset from <see cref="VirtBase"/>.</summary>
    public ulong PaddrOffset { get; init; }

    /// <summary>Linear address for the P2M list; null places it after the kernel.</summary>
    public ulong? InitP2M { get; init; }

    /// <summary>Interface version, "xen-3.0".</summary>
    public string XenVersion { get; init; } = "";

    /// <summary>Name of the guest operating system.</summary>
    public string GuestOs { get; init; } = "";

    /// <summary>Which loader is expected, "generic".</summary>
    public string Loader { get; init; } = "";

    /// <summary>Feature names separated by '|'; '!' marks a required one.</summary>
    public string Features { get; init; } = "";

    /// <summary>Reads the notes of <paramref name="image"/>; false if it carries no Xen entry note and so is no PV kernel.</summary>
    public static bool TryParse(KernelImage image, [NotNullWhen(true)] out XenNotes? notes)
    {
        ArgumentNullException.ThrowIfNull(image);
        notes = null;
        if (Number(image, XenNoteType.Entry) is not { } entry)
        {
            return false;
        }

        notes = new XenNotes
        {
            Entry = entry,
            HypercallPage = Number(image, XenNoteType.HypercallPage),
            VirtBase = Number(image, XenNoteType.VirtBase) ?? 0,
            PaddrOffset = Number(image, XenNoteType.PaddrOffset) ?? 0,
            InitP2M = Number(image, XenNoteType.InitP2M),
            XenVersion = Text(image, XenNoteType.XenVersion),
            GuestOs = Text(image, XenNoteType.GuestOs),
            Loader = Text(image, XenNoteType.Loader),
            Features = Text(image, XenNoteType.Features),
        };
        return true;
    }

    private static ElfNote? Find(KernelImage image, XenNoteType type) =>
        image.Notes.FirstOrDefault(n => n.Owner == Owner && n.Type == (uint)type);

    private static ulong? Number(KernelImage image, XenNoteType type) =>
        Find(image, type)?.Description switch
        {
            { Length: 4 } d => BinaryPrimitives.ReadUInt32LittleEndian(d.Span),
            { Length: 8 } d => BinaryPrimitives.ReadUInt64LittleEndian(d.Span),
            _ => null,
        };

    private static string Text(KernelImage image, XenNoteType type) =>
        Find(image, type) is { } note ? Encoding.UTF8.GetString(note.Description.Span).TrimEnd('\0') : "";
}

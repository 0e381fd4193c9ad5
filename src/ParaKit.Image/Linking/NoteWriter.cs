using System.Buffers.Binary;
using System.Text;

namespace ParaKit.Image.Linking;

/// <summary>The ELF notes of an image: the PVH entry, or what a Xen PV kernel tells the domain builder (Xen public/elfnote.h).</summary>
internal static class NoteWriter
{
    internal const string Section = ".note.Xen";

    private const int Alignment = 4;

    internal static ulong MeasureSize(ImageMode mode) => (ulong)Write(mode, _ => 0).Length;

    internal static byte[] Write(ImageMode mode, Func<string, ulong> resolve)
    {
        using var notes = new MemoryStream();
        if (mode == ImageMode.Native)
        {
            Add(notes, XenNoteType.Phys32Entry, (uint)KernelLayout.ToPhysical(resolve(NativeRoutines.Entry32)));
        }
        else
        {
            AddParavirtual(notes, resolve);
        }

        return notes.ToArray();
    }

    private static void AddParavirtual(MemoryStream notes, Func<string, ulong> resolve)
    {
        Add(notes, XenNoteType.GuestOs, "ParaKit");
        Add(notes, XenNoteType.GuestVersion, "0.1");
        Add(notes, XenNoteType.XenVersion, "xen-3.0");
        Add(notes, XenNoteType.VirtBase, KernelLayout.KernelBase);
        Add(notes, XenNoteType.PaddrOffset, 0UL);
        Add(notes, XenNoteType.Entry, resolve(ParavirtualRoutines.Entry));
        Add(notes, XenNoteType.HypercallPage, resolve(ParavirtualRoutines.HypercallPage));
        Add(notes, XenNoteType.Features, "!writable_page_tables|pae_pgdir_above_4gb");
        Add(notes, XenNoteType.PaeMode, "yes");
        Add(notes, XenNoteType.Loader, "generic");
    }

    private static void Add(MemoryStream notes, XenNoteType type, string text) => Add(notes, type, [.. Encoding.ASCII.GetBytes(text), 0]);

    private static void Add(MemoryStream notes, XenNoteType type, ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Add(notes, type, bytes);
    }

    private static void Add(MemoryStream notes, XenNoteType type, uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Add(notes, type, bytes);
    }

    private static void Add(MemoryStream notes, XenNoteType type, byte[] description)
    {
        byte[] header = new byte[12];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)XenNotes.Owner.Length + 1);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), (uint)description.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), (uint)type);
        notes.Write(header);
        notes.Write(Encoding.ASCII.GetBytes(XenNotes.Owner));
        notes.WriteByte(0);
        notes.Write(description);
        while (notes.Length % Alignment != 0)
        {
            notes.WriteByte(0);
        }
    }
}

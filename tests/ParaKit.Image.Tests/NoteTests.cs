using System.Buffers.Binary;
using ParaKit.Image.Elf;
using ParaKit.Image.Linking;
using ParaKit.Image.Tests.Support;

namespace ParaKit.Image.Tests;

/// <summary>ELF notes: how they are split, and what linked images say in them.</summary>
public sealed class NoteTests
{
    [Fact]
    public void NativeImage_HasAPvhEntryBelowFourGibibytes()
    {
        KernelImage image = Kernels.Image(Kernels.Empty());
        ElfNote note = Assert.Single(image.Notes);
        Assert.Equal((XenNotes.Owner, (uint)XenNoteType.Phys32Entry), (note.Owner, note.Type));
        Assert.Equal(image.AddressOf("pk_start_pvh") - 0xffffffff80000000, BinaryPrimitives.ReadUInt32LittleEndian(note.Description.Span));
        Assert.False(XenNotes.TryParse(image, out _));
    }

    [Fact]
    public void ParavirtImage_TellsXenWhereEverythingIs()
    {
        KernelImage image = Kernels.Image(Kernels.Empty(), ImageMode.Paravirt);
        Assert.True(XenNotes.TryParse(image, out XenNotes? notes));
        Assert.Equal(image.AddressOf("pk_start"), notes.Entry);
        Assert.Equal(image.AddressOf("pk_hypercall_page"), notes.HypercallPage);
        Assert.Equal((0xffffffff80000000, 0UL, null), (notes.VirtBase, notes.PaddrOffset, notes.InitP2M));
        Assert.Equal(("xen-3.0", "generic"), (notes.XenVersion, notes.Loader));
        Assert.Contains("!writable_page_tables", notes.Features, StringComparison.Ordinal);
    }

    [Fact]
    public void Reader_SplitsPaddedNotes()
    {
        byte[] data = [.. Note("ABCDE\0", 7, [1, 2, 3]), .. Note("", 8, []), .. Note("Z\0", 9, [4])];
        ElfNote[] notes = [.. NoteReader.Read([Segment(data)])];
        Assert.Equal([("ABCDE", 7U), ("", 8U), ("Z", 9U)], notes.Select(n => (n.Owner, n.Type)));
        Assert.Equal([3, 0, 1], notes.Select(n => n.Description.Length));
    }

    [Theory]
    [InlineData(uint.MaxValue, 0u)]
    [InlineData(0u, uint.MaxValue)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    [InlineData(4u, 100u)]
    public void Reader_RefusesSizesPastTheSegment(uint name, uint description)
    {
        byte[] data = new byte[32];
        BinaryPrimitives.WriteUInt32LittleEndian(data, name);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), description);
        Assert.Throws<ImageFormatException>(() => NoteReader.Read([Segment(data)]));
    }

    private static ElfSegment Segment(byte[] data) => new(ElfFormat.SegmentNote, 0, 0, 0, (ulong)data.Length, data);

    private static byte[] Note(string owner, uint type, byte[] description)
    {
        List<byte> note = [.. BitConverter.GetBytes(owner.Length), .. BitConverter.GetBytes(description.Length), .. BitConverter.GetBytes(type)];
        note.AddRange(owner.Select(c => (byte)c));
        Pad(note);
        note.AddRange(description);
        Pad(note);
        return [.. note];
    }

    private static void Pad(List<byte> bytes)
    {
        while (bytes.Count % 4 != 0)
        {
            bytes.Add(0);
        }
    }
}

using ParaKit.Image.Elf;
using ParaKit.Image.Linking;
using ParaKit.Image.Tests.Support;

namespace ParaKit.Image.Tests.Linking;

/// <summary>What every linked image promises to loaders, in both modes, for a tiny kernel and for the sample.</summary>
public sealed class LayoutTests
{
    private const ulong KernelBase = 0xffffffff80000000;

    public static TheoryData<ImageMode, bool> Images => new()
    {
        { ImageMode.Native, false },
        { ImageMode.Paravirt, false },
        { ImageMode.Native, true },
        { ImageMode.Paravirt, true },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public void Segments_ArePageAlignedApartAndInOrder(ImageMode mode, bool sample)
    {
        KernelImage image = Load(mode, sample);
        Assert.Equal(KernelBase + 0x100000, image.Segments[0].VirtualAddress);
        ulong end = 0;
        foreach (ImageSegment segment in image.Segments)
        {
            Assert.Equal(0UL, segment.VirtualAddress % 4096);
            Assert.True(segment.VirtualAddress >= end, "segments overlap");
            Assert.True((ulong)segment.Data.Length <= segment.MemorySize);
            Assert.Equal(segment.VirtualAddress - KernelBase, segment.PhysicalAddress);
            end = segment.VirtualAddress + segment.MemorySize;
        }

        Assert.True(image.AddressOf("pk_image_end") >= end);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Segments_AreWritableOrExecutableNeverBoth(ImageMode mode, bool sample)
    {
        KernelImage image = Load(mode, sample);
        Assert.DoesNotContain(image.Segments, s => s.Writable && s.Executable);
        Assert.Contains(image.Segments, s => s.Executable);
        Assert.Contains(image.Segments, s => s.Writable);
        Assert.Contains(image.Segments, s => !s.Writable && !s.Executable);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Sections_DescribeTheSegments(ImageMode mode, bool sample)
    {
        ElfFile elf = ElfFile.Parse(File(mode, sample), "image");
        foreach (ElfSegment segment in elf.Segments.Where(s => s.Type == ElfFormat.SegmentLoad))
        {
            ElfSection section = Assert.Single(elf.Sections, s => s.IsAllocated && s.Address == segment.VirtualAddress && s.Type != ElfFormat.SectionNote);
            Assert.Equal(segment.MemorySize, section.Size);
            Assert.True(section.Data.Span.SequenceEqual(segment.Data.Span));
        }
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Link_OfTheSameObject_GivesTheSameBytes(ImageMode mode, bool sample) =>
        Assert.Equal(Kernels.Hex(File(mode, sample)), Kernels.Hex(File(mode, sample)));

    [Fact]
    public void NativeEntry_IsThePhysicalAddressOfTheStart()
    {
        KernelImage image = Load(ImageMode.Native, sample: true);
        Assert.Equal(image.AddressOf("pk_start") - KernelBase, image.Entry);
    }

    [Fact]
    public void ParavirtEntry_IsTheLinearAddressOfTheStart()
    {
        KernelImage image = Load(ImageMode.Paravirt, sample: true);
        Assert.Equal(image.AddressOf("pk_start"), image.Entry);
    }

    [Fact]
    public void Options_SizeTheReservations()
    {
        var options = new LinkOptions(ImageMode.Paravirt) { HeapBytes = 3 << 20, StackBytes = 8 << 10, PoolPages = 5 };
        LinkResult result = KernelLinker.Link(Kernels.Empty().Build(), "test.o", options);
        KernelImage image = KernelImage.Load(result.Image.Span, "test.elf");
        Assert.Equal(3UL << 20, image.AddressOf("pk_heap_end") - image.AddressOf("pk_heap_start"));
        Assert.Equal(8UL << 10, image.AddressOf("pk_stack_top") - image.AddressOf("pk_stack"));
        Assert.Equal(5UL << 12, image.AddressOf("pk_pool_end") - image.AddressOf("pk_pool_start"));
    }

    [Theory]
    [InlineData(3UL)]
    [InlineData(1UL << 40)]
    [InlineData(ulong.MaxValue)]
    public void SectionWithAnImpossibleAlignment_IsABadFile(ulong alignment)
    {
        ObjectBuilder file = Kernels.Empty();
        file.AddSection(".data", new byte[8], ElfFormat.FlagAllocated | ElfFormat.FlagWritable, alignment: alignment);
        Assert.Throws<ImageFormatException>(() => Kernels.Link(file));
    }

    [Theory]
    [InlineData(1UL << 31)]
    [InlineData(1UL << 60)]
    [InlineData(ulong.MaxValue)]
    public void ImageLargerThanTheBootMapping_IsABadFile(ulong size)
    {
        ObjectBuilder file = Kernels.Empty();
        file.AddSection(".bss", [], ElfFormat.FlagAllocated | ElfFormat.FlagWritable, ElfFormat.SectionNoBits, size: size);
        Assert.Throws<ImageFormatException>(() => Kernels.Link(file));
    }

    private static KernelImage Load(ImageMode mode, bool sample) => KernelImage.Load(File(mode, sample), "image");

    private static byte[] File(ImageMode mode, bool sample)
    {
        byte[] file = sample ? Sample.Object(mode == ImageMode.Native ? "native" : "paravirt") : Kernels.Empty().Build();
        LinkResult result = KernelLinker.Link(file, "test.o", new LinkOptions(mode));
        Assert.Empty(result.Errors);
        return result.Image.ToArray();
    }
}

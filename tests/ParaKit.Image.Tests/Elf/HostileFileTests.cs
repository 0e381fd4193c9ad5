using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using ParaKit.Image.Elf;
using ParaKit.Image.Linking;
using ParaKit.Image.Tests.Support;
using Xunit.Abstractions;

namespace ParaKit.Image.Tests.Elf;

/// <summary>
/// Images and objects come from anywhere. Whatever is done to a real one, reading it ends soon, with a result or with an
/// <see cref="ImageFormatException"/>, and takes memory in proportion to the file.
/// </summary>
public sealed class HostileFileTests(ITestOutputHelper output)
{
    private const int Cases = 1000;
    private static readonly byte[] s_image = Kernels.Link(Kernel()).Image.ToArray();
    private static readonly byte[] s_object = Kernel().Build();
    private static readonly ulong[] s_extremes = [0, 1, 2, 0x7f, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, long.MaxValue, 1UL << 63, ulong.MaxValue - 1, ulong.MaxValue];

    [Fact]
    public void TruncatedImages_AreRefusedOrRead()
    {
        int read = 0;
        foreach (byte[] file in new[] { s_image, Sample.Image("paravirt") })
        {
            for (int length = 0; length < file.Length; length += length < 512 ? 1 : file.Length / 97)
            {
                read += TryRead(file.AsSpan(0, length).ToArray()) ? 1 : 0;
            }
        }

        Assert.Equal(0, read); // the section headers are the last thing in the file
    }

    [Fact]
    public void MutatedImages_AreRefusedOrRead() => ForAllMutations(s_image, TryRead);

    [Fact]
    public void MutatedSample_IsRefusedOrRead() => ForAllMutations(Sample.Image("native"), TryRead, cases: 100);

    [Fact]
    public void MutatedObjects_AreRefusedOrLinked() => ForAllMutations(s_object, TryLink, allowance: 64 << 20);

    [Fact]
    public void MutatedSampleObject_IsRefusedOrLinked() => ForAllMutations(Sample.Object("paravirt"), TryLink, cases: 100, allowance: 128 << 20);

    [Fact]
    public void EveryHeaderFieldAtEveryExtreme_IsRefusedOrRead()
    {
        for (int offset = 16; offset < 64 + (4 * 56); offset += 2)
        {
            foreach (ulong value in s_extremes)
            {
                byte[] file = [.. s_image];
                BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(offset), value);
                TryRead(file);
            }
        }
    }

    [Fact]
    public void ManySymbolsOfOneLongName_AreRefusedBeforeTheyAreCopied()
    {
        var file = new ObjectBuilder();
        file.Define(new string('n', 400_000), 0);
        byte[] elf = file.Build();
        byte[] grown = WithManySymbols(elf, 20_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ImageFormatException>(() => ElfFile.Parse(grown, "hostile"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MZ")]
    [InlineData("\u007fELF")]
    public void OtherFiles_AreRefused(string text)
    {
        ImageFormatException error = Assert.Throws<ImageFormatException>(() => KernelImage.Load(System.Text.Encoding.ASCII.GetBytes(text), "x.bin"));
        Assert.Contains("'x.bin'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ObjectFile_IsNoImage() => Assert.Throws<ImageFormatException>(() => KernelImage.Load(s_object, "x.o"));

    /// <summary>A kernel with something in every kind of section that the readers look into.</summary>
    private static ObjectBuilder Kernel()
    {
        ObjectBuilder file = Kernels.Of([Kernels.Call, 0, 0, 0, 0, Kernels.Call, 0, 0, 0, 0, Kernels.Return], out int text);
        int data = file.AddData(new byte[24]);
        file.AddSection(".bss", [], ElfFormat.FlagAllocated | ElfFormat.FlagWritable, ElfFormat.SectionNoBits, size: 64);
        file.Define("user_main", text, 10, 1).Define("table", data, 8, 8, ElfFormat.SymbolObject);
        return file.Relocate(text, 1, ElfFormat.RelocationCall32, "pk_x86_pause", -4)
            .Relocate(text, 6, ElfFormat.RelocationCall32, "RhpAssignRef", -4)
            .Relocate(data, 0, ElfFormat.RelocationAbsolute64, "table", 1);
    }

    private void ForAllMutations(byte[] file, Func<byte[], bool> use, int cases = Cases, long allowance = 32 << 20)
    {
        int used = 0;
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}, file of {file.Length} bytes");
        var seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();
        Prop.ForAll(seeds, s =>
        {
            byte[] mutant = Mutate(file, new Random(s));
            long before = GC.GetAllocatedBytesForCurrentThread();
            used += use(mutant) ? 1 : 0;
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken <= allowance + (64L * file.Length), $"mutant {s} took {taken} bytes");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay((ulong)seed, 1 | ((ulong)seed << 1)));
        output.WriteLine($"{used} of {cases} were accepted");
    }

    /// <summary>One to eight changes: a byte, a field at an extreme value, a copied stretch; sometimes a shorter file.</summary>
    private static byte[] Mutate(byte[] file, Random random)
    {
        byte[] mutant = [.. file];
        for (int changes = random.Next(1, 9); changes > 0; changes--)
        {
            int place = Place(mutant.Length - 8, random);
            ulong extreme = s_extremes[random.Next(s_extremes.Length)];
            switch (random.Next(5))
            {
                case 0:
                    mutant[place] = (byte)random.Next(256);
                    break;
                case 1:
                    BinaryPrimitives.WriteUInt64LittleEndian(mutant.AsSpan(place & ~7), extreme);
                    break;
                case 2:
                    BinaryPrimitives.WriteUInt32LittleEndian(mutant.AsSpan(place & ~3), (uint)extreme);
                    break;
                case 3:
                    BinaryPrimitives.WriteUInt64LittleEndian(mutant.AsSpan(place & ~7), (ulong)random.Next(mutant.Length * 2));
                    break;
                default:
                    mutant.AsSpan(random.Next(mutant.Length - 64), random.Next(64)).ToArray().CopyTo(mutant, Math.Min(place, mutant.Length - 64));
                    break;
            }
        }

        return random.Next(8) == 0 ? mutant[..random.Next(mutant.Length)] : mutant;
    }

    // Headers lie at both ends; most of the middle is code, which no reader looks at.
    private static int Place(int size, Random random) => random.Next(3) switch
    {
        0 => random.Next(Math.Min(512, size)),
        1 => size - random.Next(Math.Min(2048, size)) - 1,
        _ => random.Next(size),
    };

    private static bool TryRead(byte[] file)
    {
        try
        {
            KernelImage image = KernelImage.Load(file, "hostile");
            image.TryFindLine(image.Entry, out _);
            image.Describe(image.Entry);
            return XenNotes.TryParse(image, out _) || image.Segments.Length > 0;
        }
        catch (ImageFormatException)
        {
            return false;
        }
    }

    private static bool TryLink(byte[] file)
    {
        try
        {
            return KernelLinker.Link(file, "hostile.o", new LinkOptions(ImageMode.Paravirt) { HeapBytes = 4096, StackBytes = 4096 }).Succeeded;
        }
        catch (ImageFormatException)
        {
            return false;
        }
    }

    /// <summary>The file again with a second, larger symbol table at its end, every entry with the name at offset 1.</summary>
    private static byte[] WithManySymbols(byte[] elf, int count)
    {
        byte[] table = new byte[count * ElfFormat.SymbolSize];
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(i * ElfFormat.SymbolSize), 1);
        }

        byte[] grown = [.. elf, .. table];
        int headers = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(40));
        Span<byte> symbols = grown.AsSpan(headers + ElfFormat.SectionHeaderSize); // the first section is .symtab
        BinaryPrimitives.WriteUInt64LittleEndian(symbols[24..], (ulong)elf.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(symbols[32..], (ulong)table.Length);
        return grown;
    }
}

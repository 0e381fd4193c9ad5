using System.Buffers.Binary;
using ParaKit.Image;
using ParaKit.Rewriter.Scanning;
using ParaKit.Rewriter.Tests.Support;
using Xunit.Abstractions;

namespace ParaKit.Rewriter.Tests.Scanning;

/// <summary>Whatever file is scanned: a report or an <see cref="ImageFormatException"/>, soon, without much memory.</summary>
public sealed class HostileImageTests(ITestOutputHelper output)
{
    private const int Cases = 300;

    private static readonly ulong[] s_extremes = [0, 1, 0xff, 0xffff, 0x7fffffff, 0xffffffff, long.MaxValue, 1UL << 63, ulong.MaxValue - 1, ulong.MaxValue];

    public static TheoryData<string> Files => ["image", "object", "elf32", "bzImage"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Mutated_IsScannedOrRefused(string kind)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[] file = FileOf(kind);
        int scanned = 0;
        for (int i = 0; i < Cases; i++)
        {
            byte[] mutant = Mutate(file, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            scanned += TryScan(mutant) ? 1 : 0;
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken < (256L << 20) + (256L * file.Length), $"case {i} of seed {seed} took {taken} bytes");
        }

        output.WriteLine($"{scanned} of {Cases} were scanned");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Truncated_IsScannedOrRefused(string kind)
    {
        byte[] file = FileOf(kind);
        for (int length = 0; length < file.Length; length += Math.Max(1, file.Length / 60))
        {
            TryScan(file[..length]);
        }
    }

    [Fact]
    public void NonX86_IsRefused()
    {
        byte[] file = Kernels.SampleFile("native");
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), 183);
        Assert.Contains("machine type is 183", Assert.Throws<ImageFormatException>(() => CodeImage.Load(file, "arm")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BigEndian_IsRefused()
    {
        byte[] file = Kernels.SampleFile("native");
        file[5] = 2;
        Assert.Throws<ImageFormatException>(() => CodeImage.Load(file, "big"));
    }

    /// <summary>Without section headers and symbols the segments and the entry point are left.</summary>
    [Fact]
    public void Stripped_SameInstructionsAreFound()
    {
        byte[] file = Kernels.SampleFile("native");
        ScanReport whole = ImageScanner.Scan(CodeImage.Load(file, "whole"));
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(40), 0);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(60), 0);
        ScanReport stripped = ImageScanner.Scan(CodeImage.Load(file, "stripped"));
        ulong[] expected = [.. whole.Findings.Where(f => f.Section.Bits == 64).Select(f => f.Address)];
        Assert.NotEmpty(expected);
        Assert.Empty(expected.Except(stripped.Findings.Select(f => f.Address)));
        Assert.All(stripped.Findings, f => Assert.Null(f.Symbol));
    }

    private static byte[] FileOf(string kind) => kind switch
    {
        "image" => Kernels.SampleFile("native"),
        "object" => Kernels.SampleObject("paravirt"),
        "elf32" => Elf32.Build([0xfa, 0xf4, 0xc3]),
        _ => BzImages.Gzip(Kernels.SampleFile("native")),
    };

    private static bool TryScan(byte[] file)
    {
        try
        {
            ImageScanner.Scan(CodeImage.Load(file, "hostile"));
            return true;
        }
        catch (ImageFormatException)
        {
            return false;
        }
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        byte[] mutant = [.. file];
        for (int changes = random.Next(1, 6); changes > 0; changes--)
        {
            int end = mutant.Length - 8;
            int place = random.Next(3) switch
            {
                0 => random.Next(Math.Min(700, end)),
                1 => end - random.Next(Math.Min(4096, end)),
                _ => random.Next(end),
            };
            ulong value = random.Next(2) == 0 ? s_extremes[random.Next(s_extremes.Length)] : (ulong)random.Next(mutant.Length * 2);
            if (random.Next(2) == 0)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(mutant.AsSpan(place & ~7), value);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(mutant.AsSpan(place & ~1), (ushort)value);
            }
        }

        return mutant;
    }
}

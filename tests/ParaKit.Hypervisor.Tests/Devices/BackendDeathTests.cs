using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Block;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Tests.Devices;

/// <summary>Back ends that die in the middle of their work, and devices that fail or go.</summary>
public sealed class BackendDeathTests : IDisposable
{
    private const string Whole = "written 6, read 6, the same\n";

    private readonly string _path = Path.GetTempFileName();

    public BackendDeathTests() => File.WriteAllBytes(_path, new byte[256 * 512]);

    public void Dispose() => File.Delete(_path);

    /// <summary>Wherever the back end dies, once or again and again: all requests are answered, once, and done.</summary>
    [Fact]
    public void BackendThatDiesAtAnyStep_LosesNoRequest()
    {
        var count = Steps(deaths: []);
        Assert.InRange(count, 60, 300);
        for (var step = 1; step <= count; step++)
        {
            Steps(deaths: [step]);
        }

        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            Steps(deaths: [.. Enumerable.Range(0, 8).Select(_ => random.Next(1, count))]);
        }
    }

    [Fact]
    public void FullDisk_IsAnError_AndNothingElse()
    {
        var full = new FailingMedium { FailsAtWrite = 3 };
        RunResult result = Run(new DiskOptions("", IsReadOnly: false) { Medium = full });
        Assert.Equal("written 2, read 6, different\n", result.Console);
        Assert.Equal(4, result.Devices["xvda requests failed"]);
    }

    [Fact]
    public void FileThatBecomesShorter_IsAnError()
    {
        var shorter = new FailingMedium { ReadableSectors = 20 };
        RunResult result = Run(new DiskOptions("", IsReadOnly: false) { Medium = shorter });
        Assert.Equal("written 6, read 2, different\n", result.Console);
        Assert.Equal(4, result.Devices["xvda requests failed"]);
    }

    [Fact]
    public void ReadOnlyFile_RefusesWrites()
    {
        RunResult result = Run(new DiskOptions(_path, IsReadOnly: true));
        Assert.Equal("written 0, read 6, different\n", result.Console);
        Assert.All(File.ReadAllBytes(_path), b => Assert.Equal(0, b));
    }

    /// <summary>The device is taken away while requests wait: each has an answer, and the guest goes on.</summary>
    [Fact]
    public void DeviceThatIsTakenAway_AnswersWithErrors()
    {
        BlockBackend? backend = null;
        var steps = 0;
        RunResult result = Run(new DiskOptions(_path, IsReadOnly: false)
        {
            Serve = made =>
            {
                (backend = made).Step = () =>
                {
                    if (++steps == 20)
                    {
                        throw new DeathException();
                    }
                };
                return new Interrupted(made, made.Remove);
            },
        });
        Assert.EndsWith("different\n", result.Console, StringComparison.Ordinal);
        Assert.Contains("read 0", result.Console, StringComparison.Ordinal);
        Assert.Equal(0, backend!.InFlight);
    }

    /// <summary>Steps that the work took until all was done.</summary>
    private int Steps(int[] deaths)
    {
        var steps = 0;
        BlockBackend? backend = null;
        File.WriteAllBytes(_path, new byte[256 * 512]);
        RunResult result = Run(new DiskOptions(_path, IsReadOnly: false)
        {
            Serve = made =>
            {
                (backend = made).Step = () =>
                {
                    if (deaths.Contains(++steps))
                    {
                        throw new DeathException();
                    }
                };
                return new Mortal(made);
            },
        });
        Assert.True(result.Console == Whole, $"deaths at {string.Join(' ', deaths)}: {result.Console} {result.Reason}");
        Assert.Equal(0, backend!.InFlight);
        byte[] file = File.ReadAllBytes(_path);
        Assert.All(Enumerable.Range(0, 6), i => Assert.Equal((byte)(i + 1 + (i * 4096 % 7)), file[i * 4096]));
        return steps;
    }

    private static RunResult Run(DiskOptions disk)
    {
        string path = BuildOutput.Image("Disk", "paravirt");
        RunResult result = new ParavirtTechnique().Run(new RunRequest(KernelImage.Load(File.ReadAllBytes(path), "Disk"))
        {
            CommandLine = "short", MemoryBytes = 16 << 20, MaxInstructions = 50_000_000, Disks = [disk],
        });
        Assert.True(result is { Outcome: RunOutcome.ShutDown, ExitCode: 0 }, result.Reason + result.Console);
        return result;
    }

    private sealed class DeathException : Exception;

    /// <summary>A back end that is gone for a while after it died.</summary>
    private sealed class Mortal(BlockBackend backend) : IBackend
    {
        private const ulong Absence = 3_000_000;

        private ulong? _returns;

        public ulong? NextDeadline => _returns ?? backend.NextDeadline;

        public void Serve(ulong now)
        {
            if (_returns > now)
            {
                return;
            }

            if (_returns is not null)
            {
                _returns = null;
                backend.Return();
            }

            try
            {
                backend.Serve(now);
            }
            catch (DeathException)
            {
                backend.Die();
                _returns = now + Absence;
            }
        }
    }

    private sealed class Interrupted(BlockBackend backend, Action then) : IBackend
    {
        public ulong? NextDeadline => backend.NextDeadline;

        public void Serve(ulong now)
        {
            try
            {
                backend.Serve(now);
            }
            catch (DeathException)
            {
                backend.Step = null;
                then();
            }
        }
    }

    private sealed class FailingMedium : IBlockMedium
    {
        private readonly byte[] _bytes = new byte[256 * 512];
        private int _writes;

        public int FailsAtWrite { get; init; } = int.MaxValue;

        public ulong ReadableSectors { get; init; } = 256;

        public ulong Sectors => 256;

        public bool TryRead(ulong sector, Span<byte> bytes)
        {
            var isThere = sector + (ulong)(bytes.Length / 512) <= ReadableSectors;
            _bytes.AsSpan((int)sector * 512, isThere ? bytes.Length : 0).CopyTo(bytes);
            return isThere;
        }

        public void Write(ulong sector, ReadOnlySpan<byte> bytes)
        {
            if (++_writes >= FailsAtWrite)
            {
                throw new IOException("No space left on device");
            }

            bytes.CopyTo(_bytes.AsSpan((int)sector * 512));
        }

        public void Discard(ulong sector, ulong count) => _bytes.AsSpan((int)sector * 512, (int)count * 512).Clear();

        public void Flush()
        {
        }
    }
}

using System.Globalization;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;
using ParaKit.Oracles;

namespace ParaKit.Hypervisor.Tests.Hypercalls;

/// <summary>What wrong hypercalls return, compared with what the same guest was told by real Xen.</summary>
public sealed class ErrnoOracleTests
{
    /// <summary>
    /// Recorded from Debian's Xen 4.17.7 in QEMU, which ran the guest as its initial domain (see <see cref="ErrnoGuest"/>).
    /// </summary>
    private const string Recorded = """
         -16 map own L4 writable
           0 map own L4 read-only
           0 map with PSE
           0 map with PCD
           0 map global
         -22 map where no table is
         -22 map in the hypervisor
         -22 pin a writable frame
         -22 pin L4 again
         -22 pin L4 as L3
         -22 unpin what is not pinned
         -22 new base pointer to data
         -22 new user base pointer to data
           0 new base pointer to itself
         -22 clear a table
         -38 unknown extended command
         -95 mark super
         -22 update slot 256
           0 update slot 0 to nothing
         -38 update at an odd address
         -22 update a frame that is not there
          -3 update for an unknown domain
         -14 update with unreadable requests
         -14 extended with unreadable requests
         -22 gdt with too many entries
         -14 gdt with unreadable frames
         -22 send to a closed port
         -22 close port 0
         -22 close a closed port
         -22 bind virq 24
          -2 bind virq 0 on processor 1
           0 bind virq 0
         -17 bind virq 0 again
          -2 bind ipi on processor 9
          -3 allocate for an unknown domain
         -22 unmask beyond the end
         -22 status beyond the end
         -14 events with unreadable argument
         -38 unknown event command
           1 is processor 0 up
          -2 is processor 99 up
         -22 period too short
         -38 unknown processor command
         -14 trap table unreadable
         -22 trap handler not canonical
         -22 callback type 99
         -22 unregister the event callback
         -38 unknown callback command
         -22 unknown segment base
         -22 segment base not canonical
         -19 debug register 8
          -1 debug register in the hypervisor
         -19 read debug register 8
         -22 iopl 4
         -38 unused number 11
         -38 unused number 55
         -38 unknown version command
         -22 page size with an argument
         -22 features of submap 1
         -14 version to nowhere
         -38 unknown scheduler command
         -14 shutdown without argument
         -22 poll 129 ports
         -14 poll an unreadable port
         -22 assist 1000
         -38 unknown assist command
         -38 unknown console command
         -14 console from the hypervisor
         -38 unknown nmi command
          -3 reservation of domain 77
         -14 reservation unreadable
           0 give up a frame that is not there
           0 give up no frame
           0 give up a frame of domain 77
           0 give up frames of an unreadable list
           0 populate from an unreadable list
           0 populate domain 77
           0 far too many frames
           0 give up frames, unreadable
         -14 multicall unreadable
           0 multicall of an unknown call
        """;

    /// <summary>The initial domain has devices and may choose cache attributes; an ordinary domain may not.</summary>
    private static readonly string[] InitialDomainOnly = ["map with PSE", "map with PCD"];

    [Fact]
    public void WrongHypercalls_ReturnWhatXenReturns()
    {
        var file = ErrnoGuest.Build(out var names);
        var result = new ParavirtTechnique().Run(new RunRequest(KernelImage.Load(file, "errno")) { MemoryBytes = TestHost.MemoryBytes });
        Assert.Equal(RunOutcome.ShutDown, result.Outcome);
        var lines = Named(result.Console.Split('\n', StringSplitOptions.RemoveEmptyEntries), names);
        Assert.Equal(Comparable(Recorded.Split('\n')), Comparable(lines));
    }

    /// <summary>The recording itself, taken again where Xen is at hand.</summary>
    [XenFact]
    public void RealXen_ReturnsWhatWasRecorded()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, ErrnoGuest.Build(out var names));
            Assert.Equal(Recorded.Split('\n').Select(l => l.TrimEnd('\r')), Named(RealXen.Run(path).Lines, names));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static IEnumerable<string> Named(IEnumerable<string> output, IEnumerable<string> names) => output
        .Select(line => (long)ulong.Parse(line.Trim('[', ']'), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
        .Zip(names, (value, name) => string.Create(CultureInfo.InvariantCulture, $"{value,4} {name}"));

    private static IEnumerable<string> Comparable(IEnumerable<string> lines) =>
        lines.Where(line => !InitialDomainOnly.Any(name => line.EndsWith(name, StringComparison.Ordinal)));
}

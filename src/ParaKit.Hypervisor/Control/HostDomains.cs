using System.Globalization;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Hypervisor.Control;

/// <summary>
/// The domains of a host, by name or number. One that has ended gives its memory and files back at once; how it ended, its figures and its console are remembered until it is
/// destroyed, a new one takes its name, or many others have ended since.
/// </summary>
public sealed class HostDomains
{
    /// <summary>Ended domains that are remembered.</summary>
    public const int Remembered = 16;

    /// <summary>Longest name.</summary>
    public const int MaximumName = 64;

    private readonly ParavirtHost _host;
    private readonly ulong _memoryBytes;
    private readonly string _scheduler;
    private readonly Pace _pace;
    private readonly List<ManagedDomain> _domains = [];

    internal HostDomains(ParavirtHost host, ulong memoryBytes, string scheduler, Pace pace)
    {
        (_host, _memoryBytes, _scheduler, _pace) = (host, memoryBytes, scheduler, pace);
    }

    /// <summary>Hears of each domain that has ended. On the host's thread: it must not wait.</summary>
    public Action<DomainSnapshot>? Ended { get; set; }

    /// <summary>The host with all its domains.</summary>
    public HostSnapshot Snapshot() => Snapshot(_domains);

    /// <summary>The host with one domain.</summary>
    /// <exception cref="ControlException">There is none of that name or number.</exception>
    public HostSnapshot Snapshot(string domain) => Snapshot([Find(domain)]);

    /// <summary>Creates domains: all, or none.</summary>
    /// <exception cref="ControlException">One cannot be; the message says why.</exception>
    public HostSnapshot Create(IReadOnlyList<RunRequest> runs, bool isPaused)
    {
        ArgumentNullException.ThrowIfNull(runs);
        List<ManagedDomain> made = [];
        try
        {
            foreach (var run in runs)
            {
                made.Add(Create(run, isPaused));
            }
        }
        catch
        {
            // Whatever was wrong with one of them: nobody would know the others.
            foreach (var domain in made)
            {
                _host.Destroy(domain.Guest!);
                _host.Forget(domain.Guest!);
            }

            throw;
        }

        foreach (var domain in made)
        {
            _domains.RemoveAll(other => other.Name == domain.Name);
            _domains.Add(domain);
        }

        return Snapshot(made);
    }

    /// <summary>Stops a domain for a while.</summary>
    /// <exception cref="ControlException">There is none of that name or number, or it has ended.</exception>
    public HostSnapshot Pause(string domain) => Do(domain, guest => guest.Pause());

    /// <summary>Lets a domain go on.</summary>
    /// <exception cref="ControlException">There is none of that name or number, or it has ended.</exception>
    public HostSnapshot Unpause(string domain) => Do(domain, guest => guest.Unpause());

    /// <summary>Ends a domain at once, or forgets one that has ended.</summary>
    /// <exception cref="ControlException">There is none of that name or number.</exception>
    public HostSnapshot Destroy(string domain)
    {
        var found = Find(domain);
        found.Guest?.Destroy();
        End(found);
        _domains.Remove(found);
        return Snapshot([found]);
    }

    /// <summary>Entitles a domain to something else.</summary>
    /// <param name="domain">Its name or number.</param>
    /// <param name="weight">Its weight; null for the one that it has.</param>
    /// <param name="cap">Its cap in percent of a processor, 0 for none; null for the one that it has.</param>
    /// <exception cref="ControlException">There is none of that name or number, it has ended, or a parameter is out of range.</exception>
    public HostSnapshot Tune(string domain, int? weight, int? cap) => Do(domain, guest =>
        guest.Scheduling = guest.Scheduling with { Weight = weight ?? guest.Scheduling.Weight, Cap = cap ?? guest.Scheduling.Cap });

    /// <summary>Says how much memory a domain is to have.</summary>
    /// <exception cref="ControlException">There is none of that name or number, it has ended, or it cannot have so much.</exception>
    public HostSnapshot SetMemory(string domain, ulong bytes) => Do(domain, guest =>
    {
        if (bytes < PageTableEntries.FrameBytes || bytes > guest.MaximumMemoryBytes)
        {
            throw new ControlException($"'{guest.Name}' can have a page of {PageTableEntries.FrameBytes} bytes to {guest.MaximumMemoryBytes >> 20} MiB, with which it was started.");
        }

        guest.MemoryTarget = bytes;
    });

    /// <summary>What a domain prints, also one that has ended.</summary>
    /// <exception cref="ControlException">There is none of that name or number.</exception>
    public (DomainSnapshot Domain, ConsoleLog Console) Console(string domain)
    {
        var found = Find(domain);
        return (Describe(found), found.Console);
    }

    /// <summary>Types on a domain's console.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="bytes">What.</param>
    /// <returns>How many of the bytes there was room for; null if the domain has ended.</returns>
    public int? Type(int id, ReadOnlySpan<byte> bytes) => _domains.Find(domain => domain.Id == id)?.Guest?.Type(bytes);

    /// <summary>Name of a domain that lives; null if there is none of that number.</summary>
    internal string? NameOf(int id) => _domains.Find(domain => domain.Id == id && domain.Guest is not null)?.Name;

    /// <summary>Takes away who has ended.</summary>
    internal void Settle()
    {
        for (var i = 0; i < _domains.Count; i++)
        {
            if (_domains[i].Guest is { IsAlive: false })
            {
                var domain = _domains[i];
                End(domain);
                Ended?.Invoke(domain.Last!);
                if (_domains.Count(other => other.Guest is null) > Remembered)
                {
                    _domains.Remove(_domains.Find(other => other.Guest is null)!);
                    i--;
                }
            }
        }
    }

    /// <summary>Ends all, and makes what they wrote durable.</summary>
    /// <exception cref="IOException">A disk could not be written; all have ended nevertheless.</exception>
    internal void EndAll()
    {
        List<Exception> failures = [];
        foreach (var domain in _domains.Where(domain => domain.Guest is not null))
        {
            domain.Guest!.Destroy();
            try
            {
                domain.Guest.FlushDisks();
            }
            catch (IOException exception)
            {
                failures.Add(exception);
            }

            End(domain);
        }

        if (failures.Count > 0)
        {
            throw failures[0];
        }
    }

    private ManagedDomain Create(RunRequest run, bool isPaused)
    {
        var name = run.Name ?? run.Image.Name;
        if (name.Length is 0 or > MaximumName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+') || char.IsAsciiDigit(name[0]))
        {
            throw new ControlException($"'{name}' is not the name of a domain: letters, digits, '-', '_', '.' and '+', {MaximumName} at most, and no digit in front, because that would be a number.");
        }

        if (_host.Guests.Any(guest => guest.IsAlive && guest.Name == name))
        {
            throw new ControlException($"There is a domain '{name}' already.");
        }

        var console = new ConsoleLog();
        try
        {
            var guest = _host.Create(run with { Name = name, Console = console.Write, KeepConsole = false });
            if (isPaused)
            {
                guest.Pause();
            }

            return new ManagedDomain(guest, console);
        }
        catch (Exception exception) when (exception is DomainBuildException or ArgumentException)
        {
            throw new ControlException(exception.Message, exception);
        }
    }

    private HostSnapshot Do(string domain, Action<HostedGuest> action)
    {
        var found = Find(domain);
        if (found.Guest is not { IsAlive: true } guest)
        {
            throw new ControlException($"The domain '{found.Name}' has ended.");
        }

        try
        {
            action(guest);
        }
        catch (ArgumentException exception)
        {
            throw new ControlException(exception.Message, exception);
        }

        return Snapshot([found]);
    }

    private ManagedDomain Find(string domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var isNumber = int.TryParse(domain, NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        return _domains.Find(found => isNumber ? found.Id == id : found.Name == domain)
            ?? throw new ControlException($"There is no domain '{domain}'; there {Existing()}.");
    }

    private string Existing() => _domains.Count == 0 ? "is none" : "are " + string.Join(", ", _domains.Select(domain => $"{domain.Id} ({domain.Name})"));

    /// <summary>What is left of a domain that has ended is remembered, the rest given back.</summary>
    private void End(ManagedDomain domain)
    {
        if (domain.Guest is { } guest)
        {
            domain.Last = Describe(domain);
            _host.Forget(guest);
            domain.Guest = null;
            domain.Console.Close(domain.Last);
        }
    }

    private DomainSnapshot Describe(ManagedDomain domain) => domain.Guest is { } guest ? DomainSnapshot.Of(guest, _host.Cpus) : domain.Last!;

    private HostSnapshot Snapshot(IReadOnlyList<ManagedDomain> domains) => new()
    {
        Cpus = _host.Cpus,
        Scheduler = _scheduler,
        Pace = _pace,
        MemoryBytes = _memoryBytes,
        FreeBytes = Math.Min(_host.FreeBytes, _memoryBytes - Math.Min(_memoryBytes, _domains.Aggregate(0UL, (sum, domain) => sum + (domain.Guest?.MemoryBytes ?? 0)))),
        Nanoseconds = _host.Now,
        IdleNanoseconds = _host.IdleNanoseconds,
        Domains = [.. domains.Select(Describe)],
    };

    /// <summary>A domain: while it lives, the guest; then what is remembered of it.</summary>
    private sealed class ManagedDomain(HostedGuest guest, ConsoleLog console)
    {
        public int Id { get; } = guest.Id;

        public string Name { get; } = guest.Name;

        public ConsoleLog Console => console;

        public HostedGuest? Guest { get; set; } = guest;

        public DomainSnapshot? Last { get; set; }
    }
}

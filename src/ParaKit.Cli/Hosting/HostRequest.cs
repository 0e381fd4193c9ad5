using System.Text.Json.Serialization;
using ParaKit.Hypervisor.Control;

namespace ParaKit.Cli.Hosting;

/// <summary>What a client asks of a host: one line of JSON, whose "command" says which.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(ListRequest), "list")]
[JsonDerivedType(typeof(CreateRequest), "create")]
[JsonDerivedType(typeof(PauseRequest), "pause")]
[JsonDerivedType(typeof(UnpauseRequest), "unpause")]
[JsonDerivedType(typeof(DestroyRequest), "destroy")]
[JsonDerivedType(typeof(TuneRequest), "tune")]
[JsonDerivedType(typeof(SetMemoryRequest), "set-memory")]
[JsonDerivedType(typeof(ConsoleRequest), "console")]
[JsonDerivedType(typeof(TypeRequest), "type")]
internal abstract record HostRequest;

/// <summary>A request that is done at once, on the host's thread.</summary>
internal abstract record HostOperation : HostRequest
{
    /// <summary>Does it.</summary>
    /// <returns>The host with the domains that are concerned.</returns>
    /// <exception cref="ControlException">It cannot be done.</exception>
    /// <exception cref="UsageException">It cannot be done.</exception>
    public abstract HostSnapshot Do(HostDomains domains);

    /// <summary>What can be done before, on another thread, as reading files.</summary>
    /// <exception cref="UsageException">It cannot be done.</exception>
    public virtual HostOperation Prepare() => this;
}

/// <summary>Shows a domain, or all.</summary>
/// <param name="Domain">Its name or number; null for all.</param>
internal sealed record ListRequest(string? Domain = null) : HostOperation
{
    /// <inheritdoc/>
    public override HostSnapshot Do(HostDomains domains) => Domain is null ? domains.Snapshot() : domains.Snapshot(Domain);
}

/// <summary>Stops a domain for a while.</summary>
internal sealed record PauseRequest(string Domain) : HostOperation
{
    /// <inheritdoc/>
    public override HostSnapshot Do(HostDomains domains) => domains.Pause(Domain);
}

/// <summary>Lets a domain go on.</summary>
internal sealed record UnpauseRequest(string Domain) : HostOperation
{
    /// <inheritdoc/>
    public override HostSnapshot Do(HostDomains domains) => domains.Unpause(Domain);
}

/// <summary>Ends a domain, or forgets one that has ended.</summary>
internal sealed record DestroyRequest(string Domain) : HostOperation
{
    /// <inheritdoc/>
    public override HostSnapshot Do(HostDomains domains) => domains.Destroy(Domain);
}

/// <summary>Says what a domain is entitled to.</summary>
/// <param name="Domain">Its name or number.</param>
/// <param name="Weight">Its weight; null for the one that it has.</param>
/// <param name="Cap">Its cap in percent; null for the one that it has.</param>
internal sealed record TuneRequest(string Domain, int? Weight = null, int? Cap = null) : HostOperation
{
    /// <inheritdoc/>
    public override HostSnapshot Do(HostDomains domains) => domains.Tune(Domain, Weight, Cap);
}

/// <summary>Says how much memory a domain is to have.</summary>
internal sealed record SetMemoryRequest(string Domain, ulong Bytes) : HostOperation
{
    /// <inheritdoc/>
    public override HostSnapshot Do(HostDomains domains) => domains.SetMemory(Domain, Bytes);
}

/// <summary>Attaches to a domain's console: from then on the client sends <see cref="TypeRequest"/>s, and the host what is printed.</summary>
internal sealed record ConsoleRequest(string Domain) : HostRequest;

/// <summary>Types on the console that the client is attached to.</summary>
internal sealed record TypeRequest(byte[] Bytes) : HostRequest;

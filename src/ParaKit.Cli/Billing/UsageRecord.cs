using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Billing;

/// <summary>What guests used in a run: the file that <c>parakit run --usage</c> writes and <c>parakit bill</c> reads. Whole numbers; none is rounded.</summary>
/// <param name="SchemaVersion">Grows with incompatible changes.</param>
/// <param name="Guests">One record per guest.</param>
internal sealed record UsageDocument(int SchemaVersion, IReadOnlyList<UsageRecord> Guests)
{
    /// <summary>The version that this program writes and reads.</summary>
    public const int Version = 1;
}

/// <summary>What one guest used.</summary>
/// <param name="Tenant">Who pays.</param>
/// <param name="Guest">The guest's name.</param>
/// <param name="GuestNanoseconds">Nanoseconds of a processor in which it ran.</param>
/// <param name="HypervisorNanoseconds">Nanoseconds in which the hypervisor worked for it.</param>
/// <param name="PageNanoseconds">Pages of memory times the nanoseconds for which it had them; a text, because it may be too large for a number in JSON.</param>
/// <param name="StorageRequests">Requests to its disks.</param>
/// <param name="StorageBytes">Bytes read from and written to them.</param>
/// <param name="NetworkPackets">Packets that it sent and received.</param>
/// <param name="NetworkBytes">Bytes of those.</param>
internal sealed record UsageRecord(
    string Tenant, string Guest, ulong GuestNanoseconds, ulong HypervisorNanoseconds, string PageNanoseconds, ulong StorageRequests, ulong StorageBytes, ulong NetworkPackets, ulong NetworkBytes)
{
    /// <summary>Makes one of a guest's figures.</summary>
    public static UsageRecord Of(string tenant, string guest, GuestUsage usage) => new(
        tenant,
        guest,
        usage.GuestNanoseconds,
        usage.HypervisorNanoseconds,
        usage.PageNanoseconds.ToString(CultureInfo.InvariantCulture),
        usage.StorageRequests,
        usage.StorageBytes,
        usage.NetworkPackets,
        usage.NetworkBytes);
}

/// <summary>Reads and writes the documents of bills; members that are missing, unknown or given twice are errors.</summary>
[JsonSourceGenerationOptions(RespectRequiredConstructorParameters = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UsageDocument))]
[JsonSerializable(typeof(Tariff))]
[JsonSerializable(typeof(IReadOnlyList<Invoice>))]
internal sealed partial class BillingJson : JsonSerializerContext
{
    /// <summary>Options of ParaKit's documents.</summary>
    public static BillingJson With(JsonSerializerOptions options) => new(options);
}

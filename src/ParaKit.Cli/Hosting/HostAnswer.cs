using System.Text.Json;
using System.Text.Json.Serialization;
using ParaKit.Hypervisor.Control;

namespace ParaKit.Cli.Hosting;

/// <summary>What a host says: one line of JSON, with the members that are of use.</summary>
internal sealed record HostAnswer
{
    /// <summary>Version of the protocol that this program speaks.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The first line of each connection: the version that the host speaks.</summary>
    public int? Version { get; init; }

    /// <summary>The request is done, and this is what came of it.</summary>
    public HostSnapshot? Host { get; init; }

    /// <summary>On a console: the domain has ended, and so does the connection.</summary>
    public DomainSnapshot? Ended { get; init; }

    /// <summary>The request was not done; one line for the user.</summary>
    public string? Error { get; init; }

    /// <summary>Whether that is the host's own fault.</summary>
    public bool IsInternal { get; init; }

    /// <summary>On a console: what the domain printed.</summary>
    public byte[]? Output { get; init; }

    /// <summary>On a console: bytes before those that the client was too slow for.</summary>
    public long Lost { get; init; }
}

/// <summary>Reads and writes the lines of the protocol; members that are missing, unknown or given twice are errors.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(HostRequest))]
[JsonSerializable(typeof(HostAnswer))]
internal sealed partial class HostJson : JsonSerializerContext
{
    /// <summary>Reads a request.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static HostRequest ReadRequest(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, Default.HostRequest) ?? throw new JsonException("null is no request.");
        }
        catch (NotSupportedException exception)
        {
            // No command is named.
            throw new JsonException(exception.Message, exception);
        }
    }
}

using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace ParaKit.Hardware.Time;

/// <summary>
/// Cost profiles as JSON files, in the form of docs/schema/cost-profile.schema.json: name, frequency, and for each figure its cycles and where they are
/// from. A file gives all figures: one that is left out would silently be another machine's.
/// </summary>
public static class CostProfileFile
{
    private const ulong MaximumCycles = 1_000_000_000;
    private const ulong MinimumHertz = 1_000_000;
    private const ulong MaximumHertz = 100_000_000_000;
    private const int MaximumBytes = 1 << 20;
    private const string ResourcePrefix = "costs/";
    private const string ResourceSuffix = ".json";

    // The figures are the numbers of the record: each is named once, there.
    private static readonly FrozenDictionary<string, PropertyInfo> s_figures = typeof(CostProfile).GetProperties()
        .Where(property => property.PropertyType == typeof(ulong) && property.Name != nameof(CostProfile.FrequencyHz))
        .ToFrozenDictionary(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

    /// <summary>Names of the figures in a file, such as "portAccess".</summary>
    public static IEnumerable<string> Figures => s_figures.Keys.Order(StringComparer.Ordinal);

    /// <summary>Names of the profiles that come with ParaKit; the first is <see cref="CostProfile.Default"/>.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } =
    [
        CostProfile.Default.Name,
        .. typeof(CostProfileFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(name => name[ResourcePrefix.Length..^ResourceSuffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Finds a profile by name, or reads it from a file.</summary>
    /// <param name="nameOrPath">One of <see cref="BuiltIn"/>, or the path of a file.</param>
    /// <exception cref="CostProfileException">There is no such profile, or the file cannot be used.</exception>
    public static CostProfile Load(string nameOrPath)
    {
        if (nameOrPath == CostProfile.Default.Name)
        {
            return CostProfile.Default;
        }

        using var stream = typeof(CostProfileFile).Assembly.GetManifestResourceStream(ResourcePrefix + nameOrPath + ResourceSuffix) ?? Open(nameOrPath);
        return Read(stream, nameOrPath);
    }

    /// <summary>Reads a profile.</summary>
    /// <param name="stream">JSON, UTF-8.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="CostProfileException">It is not what the schema says.</exception>
    public static CostProfile Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            using var document = JsonDocument.Parse(Bytes(stream, source));
            return new CostProfileReader(source).Read(document.RootElement);
        }
        catch (InvalidOperationException exception)
        {
            throw new CostProfileException($"{source}: a text is not Unicode. {exception.Message}", exception);
        }
        catch (JsonException exception)
        {
            throw new CostProfileException(
                $"{source}({exception.LineNumber + 1},{exception.BytePositionInLine + 1}): not JSON. {exception.Message}", exception);
        }
    }

    private static byte[] Bytes(Stream stream, string source)
    {
        var bytes = new byte[MaximumBytes + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= MaximumBytes ? bytes[..length] : throw new CostProfileException($"{source}: more than {MaximumBytes} bytes are no cost profile.");
    }

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CostProfileException(
                $"'{path}' is neither a cost profile of ParaKit ({string.Join(", ", BuiltIn)}) nor a file that can be read: {exception.Message}", exception);
        }
    }

    /// <summary>Checks and takes over the members of a document.</summary>
    private sealed class CostProfileReader(string source)
    {
        private const string Frequency = "frequencyHz";
        private const string Costs = "costs";
        private static readonly string[] s_members = ["$schema", "name", "description", Frequency, Costs];

        public CostProfile Read(JsonElement root)
        {
            RequireMembers(root, "", s_members, required: ["name", Frequency, Costs]);
            var costs = root.GetProperty(Costs);
            RequireMembers(costs, Costs, [.. s_figures.Keys], required: [.. s_figures.Keys]);
            var sources = new Dictionary<string, string>(StringComparer.Ordinal);
            var profile = new CostProfile
            {
                Name = Text(root.GetProperty("name"), "name"),
                FrequencyHz = Figure(root.GetProperty(Frequency), Frequency, "value", MinimumHertz, MaximumHertz, sources),
                Sources = sources,
            };
            foreach (var member in costs.EnumerateObject())
            {
                ulong least = member.NameEquals("instruction") ? 1u : 0u;
                s_figures[member.Name].SetValue(profile, Figure(member.Value, $"{Costs}.{member.Name}", "cycles", least, MaximumCycles, sources));
            }

            return profile;
        }

        private ulong Figure(JsonElement element, string path, string unit, ulong least, ulong most, Dictionary<string, string> sources)
        {
            RequireMembers(element, path, [unit, "source"], required: [unit, "source"]);
            sources[path[(path.LastIndexOf('.') + 1)..]] = Text(element.GetProperty("source"), path + ".source");
            var number = element.GetProperty(unit);
            return number.ValueKind == JsonValueKind.Number && number.TryGetUInt64(out var value) && value >= least && value <= most
                ? value
                : throw Wrong($"{path}.{unit}", $"must be a whole number from {least} to {most}, and is {number.GetRawText()}");
        }

        private string Text(JsonElement element, string path) =>
            element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text ? text : throw Wrong(path, "must be a text, not an empty one");

        private void RequireMembers(JsonElement element, string path, string[] known, string[] required)
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw Wrong(path, $"must be an object, and is {element.ValueKind}");
            }

            string[] names = [.. element.EnumerateObject().Select(member => member.Name)];
            if (names.Except(known).FirstOrDefault() is { } unknown)
            {
                throw Wrong(path, $"has an unknown member '{unknown}'. Known are: {string.Join(", ", known.Order(StringComparer.Ordinal))}");
            }

            if (required.Except(names).FirstOrDefault() is { } missing)
            {
                throw Wrong(path, $"lacks '{missing}'");
            }

            if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            {
                throw Wrong(path, $"has '{twice.Key}' twice");
            }
        }

        private CostProfileException Wrong(string path, string what) => new($"{source}: {(path.Length == 0 ? "the profile" : path)} {what}.");
    }
}

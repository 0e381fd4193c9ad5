using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ParaKit.Cli.Billing;

/// <summary>Reads and checks the files of bills.</summary>
internal static class BillingFiles
{
    private const int MaximumBytes = 64 << 20;

    // So much that products with prices, and their sums, stay exact decimals.
    private const decimal LargestPrice = 1_000_000_000;
    private const int MostPageDigits = 24;

    /// <summary>Reads what guests used.</summary>
    /// <exception cref="UsageException">The file cannot be read, or is no usage file; the message names it and the place.</exception>
    public static IReadOnlyList<UsageRecord> ReadUsage(string path)
    {
        var document = Read(path, "usage", BillingJson.Default.UsageDocument);
        if (document.SchemaVersion != UsageDocument.Version)
        {
            throw new UsageException($"{path}: usage of version {document.SchemaVersion} is not known; this program knows {UsageDocument.Version}.");
        }

        var wrong = document.Guests.FirstOrDefault(record => record.PageNanoseconds.Length is 0 or > MostPageDigits
            || !UInt128.TryParse(record.PageNanoseconds, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        return wrong is null ? document.Guests : throw new UsageException($"{path}: '{wrong.Guest}': pageNanoseconds is not a number of at most {MostPageDigits} digits.");
    }

    /// <summary>Reads prices.</summary>
    /// <exception cref="UsageException">The file cannot be read, or is no tariff; the message names it and the place.</exception>
    public static Tariff ReadTariff(string path)
    {
        var tariff = Read(path, "tariff", BillingJson.Default.Tariff);
        var prices = tariff.Prices;
        decimal[] all = [prices.GuestSecond, prices.HypervisorSecond, prices.PageSecond, prices.StorageRequest, prices.StorageByte, prices.NetworkPacket, prices.NetworkByte];
        return all.All(price => price is >= 0 and <= LargestPrice) && tariff.Currency.Length > 0
            ? tariff
            : throw new UsageException($"{path}: a tariff has a currency, and prices from 0 to {LargestPrice}.");
    }

    private static T Read<T>(string path, string what, JsonTypeInfo<T> type)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return stream.Length > MaximumBytes
                ? throw new UsageException($"{path}: more than {MaximumBytes >> 20} MiB are no {what}.")
                : JsonSerializer.Deserialize(stream, type) ?? throw new UsageException($"{path}: null is no {what}.");
        }
        catch (JsonException exception)
        {
            throw new UsageException($"{path}({exception.LineNumber + 1}): no {what}: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{path}: {exception.Message}");
        }
    }
}

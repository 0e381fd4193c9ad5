using System.Globalization;

namespace ParaKit.Cli.Billing;

/// <summary>What a tenant has to pay.</summary>
/// <param name="Tenant">Who.</param>
/// <param name="Currency">In what.</param>
/// <param name="Items">For what.</param>
/// <param name="Total">How much in all, rounded to hundredths, halves to even.</param>
internal sealed record Invoice(string Tenant, string Currency, IReadOnlyList<InvoiceItem> Items, decimal Total)
{
    private const decimal NanosecondsPerSecond = 1_000_000_000;

    /// <summary>One invoice per tenant, in the order in which they first appear.</summary>
    public static IReadOnlyList<Invoice> Of(IReadOnlyList<UsageRecord> usage, Tariff tariff) => [.. usage.GroupBy(record => record.Tenant).Select(records =>
    {
        InvoiceItem[] items = [.. records.SelectMany(record => ItemsOf(record, tariff.Prices)).Where(item => item.Quantity != 0)];
        return new Invoice(records.Key, tariff.Currency, items, decimal.Round(items.Sum(item => item.Amount), 2, MidpointRounding.ToEven));
    })];

    private static IEnumerable<InvoiceItem> ItemsOf(UsageRecord record, Prices prices)
    {
        yield return Item("processor time, guest", record.GuestNanoseconds / NanosecondsPerSecond, "s", prices.GuestSecond);
        yield return Item("processor time, hypervisor", record.HypervisorNanoseconds / NanosecondsPerSecond, "s", prices.HypervisorSecond);
        yield return Item("memory", decimal.Parse(record.PageNanoseconds, NumberStyles.None, CultureInfo.InvariantCulture) / NanosecondsPerSecond, "page s", prices.PageSecond);
        yield return Item("storage, requests", record.StorageRequests, "requests", prices.StorageRequest);
        yield return Item("storage, data", record.StorageBytes, "bytes", prices.StorageByte);
        yield return Item("network, packets", record.NetworkPackets, "packets", prices.NetworkPacket);
        yield return Item("network, data", record.NetworkBytes, "bytes", prices.NetworkByte);

        InvoiceItem Item(string what, decimal quantity, string unit, decimal price) => new(record.Guest, what, quantity, unit, price, quantity * price);
    }
}

/// <summary>A line of an invoice.</summary>
/// <param name="Guest">For which guest.</param>
/// <param name="What">For what.</param>
/// <param name="Quantity">How much of it.</param>
/// <param name="Unit">In what unit.</param>
/// <param name="Price">Of one unit.</param>
/// <param name="Amount">Quantity times price, not rounded.</param>
internal sealed record InvoiceItem(string Guest, string What, decimal Quantity, string Unit, decimal Price, decimal Amount);

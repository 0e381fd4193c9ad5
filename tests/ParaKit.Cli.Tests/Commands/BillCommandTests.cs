using System.Text;
using System.Text.Json.Nodes;
using ParaKit.Cli.Tests.Auditing;

namespace ParaKit.Cli.Tests.Commands;

public sealed class BillCommandTests : IDisposable
{
    private const string Usage = """
        { "schemaVersion": 1, "guests": [
          { "tenant": "acme, inc.", "guest": "web", "guestNanoseconds": 2000000000, "hypervisorNanoseconds": 500000000, "pageNanoseconds": "4096000000000", "storageRequests": 3, "storageBytes": 12288, "networkPackets": 10, "networkBytes": 15000 },
          { "tenant": "=evil()", "guest": "db", "guestNanoseconds": 1, "hypervisorNanoseconds": 0, "pageNanoseconds": "0", "storageRequests": 0, "storageBytes": 0, "networkPackets": 0, "networkBytes": 0 },
          { "tenant": "acme, inc.", "guest": "mail", "guestNanoseconds": 1000000000, "hypervisorNanoseconds": 0, "pageNanoseconds": "1000000000", "storageRequests": 0, "storageBytes": 0, "networkPackets": 0, "networkBytes": 0 } ] }
        """;

    private const string Tariff = """
        { "currency": "EUR", "prices": { "guestSecond": 0.5, "hypervisorSecond": 1, "pageSecond": 0.0001, "storageRequest": 0.01, "storageByte": 0.000001, "networkPacket": 0.001, "networkByte": 0 } }
        """;

    private static readonly string s_kernel =
        Path.Join(GuestFolder.RepositoryRoot, "artifacts", "bin", "ParaKit.Workload", GuestFolder.Configuration.ToLowerInvariant(), "ParaKit.Workload.paravirt.elf");

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Invoices_AreItemisedPerTenant()
    {
        Assert.Equal(0, await BillAsync(Usage, Tariff));
        Assert.Equal(
            [
                "Invoice for acme, inc.",
                "guest for quantity price amount in EUR",
                "web processor time, guest 2 s 0.5 1.000000",
                "web processor time, hypervisor 0.5 s 1 0.500000",
                "web memory 4096 page s 0.0001 0.409600",
                "web storage, requests 3 requests 0.01 0.030000",
                "web storage, data 12288 bytes 0.000001 0.012288",
                "web network, packets 10 packets 0.001 0.010000",
                "web network, data 15000 bytes 0 0.000000",
                "mail processor time, guest 1 s 0.5 0.500000",
                "mail memory 1 page s 0.0001 0.000100",
                "total 2.46",
                "",
                "Invoice for =evil()",
                "guest for quantity price amount in EUR",
                "db processor time, guest 0.000000001 s 0.5 0.000000",
                "total 0.00",
                "",
            ],
            _cli.Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Fact]
    public async Task Csv_IsQuoted_AndHasNoFormulas()
    {
        Assert.Equal(0, await BillAsync(Usage, Tariff, "--csv"));
        var lines = _cli.Output.Split("\r\n");
        Assert.Equal("tenant,guest,item,quantity,unit,price,amount,currency", lines[0]);
        Assert.Equal("\"acme, inc.\",web,\"processor time, guest\",2,s,0.5,1,EUR", lines[1]);
        Assert.StartsWith("'=evil(),db,", lines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_HasTheSameFigures()
    {
        Assert.Equal(0, await BillAsync(Usage, Tariff, "--json"));
        var invoices = JsonNode.Parse(_cli.Output)!.AsArray();
        Assert.Equal(2.46m, invoices[0]!["total"]!.GetValue<decimal>());
        Assert.Equal(0.4096m, invoices[0]!["items"]![2]!["amount"]!.GetValue<decimal>());
    }

    [Theory]
    [InlineData("", Tariff, "usage.json(1): no usage")]
    [InlineData("null", Tariff, "null is no usage")]
    [InlineData("""{ "schemaVersion": 2, "guests": [] }""", Tariff, "usage of version 2 is not known")]
    [InlineData("""{ "schemaVersion": 1 }""", Tariff, "no usage")]
    [InlineData("""{ "schemaVersion": 1, "guests": [ { "tenant": "a", "guest": "b", "guestNanoseconds": -1, "hypervisorNanoseconds": 0, "pageNanoseconds": "0", "storageRequests": 0, "storageBytes": 0, "networkPackets": 0, "networkBytes": 0 } ] }""", Tariff, "no usage")]
    [InlineData("""{ "schemaVersion": 1, "guests": [ { "tenant": "a", "guest": "b", "guestNanoseconds": 1, "hypervisorNanoseconds": 0, "pageNanoseconds": "x", "storageRequests": 0, "storageBytes": 0, "networkPackets": 0, "networkBytes": 0 } ] }""", Tariff, "'b': pageNanoseconds is not a number")]
    [InlineData(Usage, """{ "currency": "EUR", "prices": { "guestSecond": 1 } }""", "no tariff")]
    [InlineData(Usage, """{ "currency": "EUR", "prices": { "guestSecond": -1, "hypervisorSecond": 1, "pageSecond": 1, "storageRequest": 1, "storageByte": 1, "networkPacket": 1, "networkByte": 1 } }""", "prices from 0")]
    [InlineData(Usage, """{ "currency": "EUR", "tax": 1, "prices": { "guestSecond": 1, "hypervisorSecond": 1, "pageSecond": 1, "storageRequest": 1, "storageByte": 1, "networkPacket": 1, "networkByte": 1 } }""", "no tariff")]
    public async Task Mistakes_AreSaidWithTheFile(string usage, string tariff, string error)
    {
        Assert.Equal(2, await BillAsync(usage, tariff));
        Assert.Contains(error, _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Output);
    }

    /// <summary>From a run to the bill: beside a tenant whose guest is interrupted all the time, and beside one that sleeps, the same work costs a tenant the same.</summary>
    [Fact]
    public async Task InterruptStorm_DoesNotRaiseAnothersBill()
    {
        var (calm, stormy) = (await TotalOfWorkerAsync("role=serve until=60 think=1000"), await TotalOfWorkerAsync("role=timer until=60 delay=1"));
        Assert.InRange(stormy, 0.98m * calm, 1.02m * calm);
    }

    private static async Task<decimal> TotalOfWorkerAsync(string neighbour)
    {
        using var cli = new CommandLine();
        var config = cli.Write("guests.cfg", Encoding.UTF8.GetBytes($"""
            name = "worker"
            tenant = "b"
            kernel = "{s_kernel}"
            memory = 16
            extra = "role=threads threads=8 units=500"
            name = "neighbour"
            tenant = "a"
            kernel = "{s_kernel}"
            memory = 16
            extra = "{neighbour}"
            """));
        var usage = Path.Join(cli.Folder, "usage.json");
        Assert.Equal(0, await cli.RunAsync("run", "--config", config, "--usage", usage));
        // Of the processor alone: memory is paid for by time, which a neighbour may take.
        var tariff = cli.Write("tariff.json", Encoding.UTF8.GetBytes("""{ "currency": "EUR", "prices": { "guestSecond": 1000000, "hypervisorSecond": 1000000, "pageSecond": 0, "storageRequest": 0, "storageByte": 0, "networkPacket": 0, "networkByte": 0 } }"""));
        using var bill = new CommandLine();
        Assert.Equal(0, await bill.RunAsync("bill", usage, "--tariff", tariff, "--json"));
        return JsonNode.Parse(bill.Output)!.AsArray().Single(invoice => invoice!["tenant"]!.GetValue<string>() == "b")!["total"]!.GetValue<decimal>();
    }

    private async Task<int> BillAsync(string usage, string tariff, params string[] more)
    {
        var file = _cli.Write("usage.json", Encoding.UTF8.GetBytes(usage));
        return await _cli.RunAsync(["bill", file, "--tariff", _cli.Write("tariff.json", Encoding.UTF8.GetBytes(tariff)), .. more]);
    }
}

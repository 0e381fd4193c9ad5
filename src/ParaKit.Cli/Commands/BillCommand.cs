using System.CommandLine;
using System.Text;
using ParaKit.Cli.Billing;
using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit bill</c>: invoices for what guests used.</summary>
internal sealed class BillCommand : Command, IHasExamples
{
    private readonly Terminal _terminal;

    private readonly Argument<string[]> _usage = new("usage")
    {
        Description = "Files that 'parakit run --config … --usage file' wrote.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _tariff = new("--tariff")
    {
        Description = "Prices, a JSON file (see docs/billing.md).",
        HelpName = "file",
        Required = true,
    };

    private readonly Option<bool> _csv = new("--csv")
    {
        Description = "Print comma-separated values, a line per item.",
    };

    private readonly Option<bool> _json = ReportOptions.Json();

    /// <summary>Makes the command.</summary>
    public BillCommand(Terminal terminal)
        : base("bill", "Print an itemised invoice for each tenant from what guests used and a tariff.")
    {
        _terminal = terminal;
        Arguments.Add(_usage);
        Options.Add(_tariff);
        Options.Add(_csv);
        Options.Add(_json);
        SetAction(Run);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit bill usage.json --tariff tariff.json    (after: parakit run --config guests.cfg --usage usage.json)",
        "parakit bill january.json february.json --tariff tariff.json --csv > invoices.csv",
        "parakit bill usage.json --tariff tariff.json --json",
    ];

    private int Run(ParseResult parsed)
    {
        if (parsed.GetValue(_csv) && parsed.GetValue(_json))
        {
            throw new UsageException("Either --csv or --json.");
        }

        var tariff = BillingFiles.ReadTariff(parsed.GetRequiredValue(_tariff));
        var invoices = Invoice.Of([.. parsed.GetRequiredValue(_usage).SelectMany(BillingFiles.ReadUsage)], tariff);
        if (parsed.GetValue(_json))
        {
            ReadableJson.Write(_terminal.Output, invoices, options => BillingJson.With(options).IReadOnlyListInvoice);
            return ExitCodes.Success;
        }

        using var writer = new StreamWriter(_terminal.Output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        if (parsed.GetValue(_csv))
        {
            InvoiceText.WriteCsv(invoices, writer);
        }
        else
        {
            InvoiceText.Write(invoices, writer);
        }

        return ExitCodes.Success;
    }
}

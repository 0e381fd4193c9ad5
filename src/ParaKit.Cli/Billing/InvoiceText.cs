using System.Globalization;
using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Billing;

/// <summary>Invoices as text, and as comma-separated values.</summary>
internal static class InvoiceText
{
    /// <summary>Writes them to be read.</summary>
    public static void Write(IReadOnlyList<Invoice> invoices, TextWriter writer)
    {
        foreach (var (i, invoice) in invoices.Index())
        {
            writer.Write(i == 0 ? "" : "\n");
            var table = new TextTable(2, 4, 5);
            table.AddHeading($"Invoice for {invoice.Tenant}");
            table.Add("guest", "for", "quantity", "", "price", $"amount in {invoice.Currency}");
            foreach (var item in invoice.Items)
            {
                table.Add(item.Guest, item.What, Text(item.Quantity), item.Unit, Text(item.Price), item.Amount.ToString("0.000000", CultureInfo.InvariantCulture));
            }

            table.Add("", "total", "", "", "", invoice.Total.ToString("0.00", CultureInfo.InvariantCulture));
            table.Write(writer, "  ");
        }
    }

    /// <summary>Writes them for spreadsheets: a head, and one line per item. RFC 4180, "Definition of the CSV Format".</summary>
    public static void WriteCsv(IReadOnlyList<Invoice> invoices, TextWriter writer)
    {
        writer.Write("tenant,guest,item,quantity,unit,price,amount,currency\r\n");
        foreach (var invoice in invoices)
        {
            foreach (var item in invoice.Items)
            {
                string[] fields = [invoice.Tenant, item.Guest, item.What, Text(item.Quantity), item.Unit, Text(item.Price), Text(item.Amount), invoice.Currency];
                writer.Write(string.Join(',', fields.Select(Field)) + "\r\n");
            }
        }
    }

    private static string Text(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    // A name that begins like a formula must not become one in a spreadsheet.
    private static string Field(string text)
    {
        var safe = (text.Length > 0 && (text[0] is '=' or '+' or '@' or '\t')) || (text.StartsWith('-') && !char.IsAsciiDigit(text.ElementAtOrDefault(1))) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}

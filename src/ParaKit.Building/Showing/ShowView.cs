namespace ParaKit.Building.Showing;

/// <summary>Prints rewritten calls for people: one paragraph per line of source.</summary>
public static class ShowView
{
    /// <summary>Prints the calls; calls on one line share its code.</summary>
    public static void Write(IReadOnlyList<ShownCall> calls, TextWriter writer)
    {
        foreach (var line in calls.GroupBy(shown => (shown.Call.File, shown.Call.Line)))
        {
            writer.WriteLine($"{line.Key.File}({line.Key.Line}): {line.First().Call.Symbol}");
            foreach (var shown in line)
            {
                WriteSection("source", [shown.Call.Source], writer);
                WriteSection("interceptor", shown.Call.Interceptor, writer);
            }

            WriteCode(line.First(), writer);
            writer.WriteLine();
        }
    }

    private static void WriteCode(ShownCall shown, TextWriter writer)
    {
        if (shown.Code is { Count: 0 })
        {
            WriteSection("code", ["(none at this line: the member is not used, or is part of its callers)"], writer);
        }

        foreach (var range in shown.Code ?? [])
        {
            WriteSection("code", [$"{range.Function}:", .. range.Instructions.Select(instruction => "  " + (instruction ?? "..."))], writer);
        }
    }

    private static void WriteSection(string title, IEnumerable<string> lines, TextWriter writer)
    {
        const int Width = 13;
        foreach (var line in lines)
        {
            writer.WriteLine($"  {title.PadRight(Width)}{line}");
            title = "";
        }
    }
}

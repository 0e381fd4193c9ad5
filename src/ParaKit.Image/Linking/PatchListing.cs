using System.Globalization;
using System.Text;
using Iced.Intel;

namespace ParaKit.Image.Linking;

/// <summary>Readable list of patched call sites: function, operation, and the code before and after.</summary>
public static class PatchListing
{
    /// <summary>One paragraph per site, in address order, without addresses outside the site, so that listings compare well.</summary>
    public static string Render(IEnumerable<PatchSite> patches)
    {
        ArgumentNullException.ThrowIfNull(patches);
        var text = new StringBuilder();
        foreach (PatchSite patch in patches)
        {
            text.Append(CultureInfo.InvariantCulture, $"{patch.Function}\n");
            text.Append(CultureInfo.InvariantCulture, $"  before  {Hex(patch.Before),-16}{(patch.Before.Span[0] == 0xe8 ? "call" : "jmp")} {patch.Operation}\n");
            string lead = "  after   ";
            foreach ((string bytes, string instruction) in Disassemble(patch.After))
            {
                text.Append(CultureInfo.InvariantCulture, $"{lead}{bytes,-16}{instruction}\n");
                lead = "          ";
            }
        }

        return text.ToString();
    }

    private static IEnumerable<(string Bytes, string Text)> Disassemble(ReadOnlyMemory<byte> code)
    {
        var decoder = Iced.Intel.Decoder.Create(64, code.ToArray());
        var formatter = new NasmFormatter();
        var output = new StringOutput();
        int offset = 0;
        while (offset < code.Length)
        {
            Instruction instruction = decoder.Decode();
            formatter.Format(instruction, output);
            yield return (Hex(code.Slice(offset, instruction.Length)), output.ToStringAndReset());
            offset += instruction.Length;
        }
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}

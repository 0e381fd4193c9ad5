using System.Text;

namespace ParaKit.Generators.Writers;

/// <summary>Writes lines at the depth of the blocks that are open.</summary>
internal sealed class Lines(StringBuilder text)
{
    private int _depth;

    internal void Add(string line)
    {
        if (line.Length > 0)
        {
            text.Append(' ', 4 * _depth).Append(line);
        }

        text.Append('\n');
    }

    /// <summary>Starts a block, after its heading if there is one.</summary>
    internal void Open(string? heading)
    {
        if (heading is not null)
        {
            Add(heading);
        }

        Add("{");
        _depth++;
    }

    internal void Close()
    {
        _depth--;
        Add("}");
    }

    internal void CloseAll()
    {
        while (_depth > 0)
        {
            Close();
        }
    }
}

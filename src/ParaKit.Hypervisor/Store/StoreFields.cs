using System.Text;

namespace ParaKit.Hypervisor.Store;

/// <summary>The payload of a message: texts with a NUL after each, the last of which may be bytes without one.</summary>
internal sealed class StoreFields
{
    /// <summary>Splits a payload.</summary>
    public StoreFields(ReadOnlySpan<byte> payload)
    {
        var end = payload.IndexOf((byte)0);
        Rest = end < 0 ? [] : payload[(end + 1)..].ToArray();
        var text = Encoding.Latin1.GetString(payload);
        All = text.EndsWith('\0') ? text[..^1].Split('\0') : text.Split('\0');
    }

    /// <summary>All fields; at least one.</summary>
    public string[] All { get; }

    /// <summary>The first.</summary>
    public string First => All[0];

    /// <summary>Everything behind the first field, as bytes.</summary>
    public byte[] Rest { get; }
}

using System.Buffers;
using System.Text;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>Collects what a guest prints and passes it on.</summary>
/// <param name="next">Takes what comes; null for nobody.</param>
/// <param name="keeps">Whether it is collected.</param>
internal sealed class ConsoleCapture(Action<ReadOnlySpan<byte>>? next, bool keeps = true)
{
    /// <summary>More than this is passed on but not kept: a guest must not fill the host's memory.</summary>
    private const int MaximumBytes = 16 << 20;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Takes bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (keeps && _bytes.WrittenCount + bytes.Length <= MaximumBytes)
        {
            _bytes.Write(bytes);
        }

        next?.Invoke(bytes);
    }

    /// <summary>Takes one byte.</summary>
    public void Write(byte value) => Write([value]);

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(_bytes.WrittenSpan);
}

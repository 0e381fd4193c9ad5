using System;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <summary>Text output. Formatting uses no heap, so it works anywhere, also in a panic.</summary>
public static unsafe class Console
{
    private const int BufferSize = 128;

    /// <summary>Writes <paramref name="length"/> bytes.</summary>
    [Sensitive("console output", Sensitivity.Platform, Deprivileged = "#GP(0): port output", Becomes = "hypercall console_io(CONSOLEIO_write)", Paravirtual = typeof(ParavirtualConsole))]
    public static void Write(byte* text, int length)
    {
        for (int i = 0; i < length; i++)
        {
            Uart.Write(text[i]);
        }
    }

    /// <summary>Writes bytes, such as a UTF-8 literal.</summary>
    public static void Write(ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
        {
            Write(start, text.Length);
        }
    }

    /// <summary>Writes text; characters outside ASCII appear as '?'.</summary>
    public static void Write(ReadOnlySpan<char> text)
    {
        byte* buffer = stackalloc byte[BufferSize];
        while (text.Length > 0)
        {
            int count = Math.Min(text.Length, BufferSize);
            for (int i = 0; i < count; i++)
            {
                buffer[i] = text[i] < 0x80 ? (byte)text[i] : (byte)'?';
            }

            Write(buffer, count);
            text = text.Slice(count);
        }
    }

    /// <summary>Writes a string.</summary>
    public static void Write(string text) => Write((ReadOnlySpan<char>)text);

    /// <summary>Writes a number in decimal.</summary>
    public static void WriteDecimal(ulong value)
    {
        byte* digits = stackalloc byte[20];
        int start = 20;
        do
        {
            digits[--start] = (byte)('0' + (value % 10));
            value /= 10;
        }
        while (value != 0);
        Write(digits + start, 20 - start);
    }

    /// <summary>Writes a number as 0x and <paramref name="digits"/> hexadecimal digits, 16 at most.</summary>
    public static void WriteHex(ulong value, int digits = 16)
    {
        byte* text = stackalloc byte[18];
        text[0] = (byte)'0';
        text[1] = (byte)'x';
        for (int i = 0; i < digits; i++)
        {
            int digit = (int)(value >> (4 * (digits - 1 - i))) & 0xf;
            text[2 + i] = (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        }

        Write(text, digits + 2);
    }

    /// <summary>Writes a string and a line feed.</summary>
    public static void WriteLine(string text)
    {
        Write(text);
        Write("\n"u8);
    }
}

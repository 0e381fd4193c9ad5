using System;
using ParaKit.Guest;
using ParaKit.Network;

/// <summary>One request and one answer of HTTP/1.0 (RFC 1945).</summary>
internal static class Web
{
    private const ushort Port = 80;
    private const int BodyBytes = 50_000;

    private static readonly byte[] s_bytes = new byte[1024];

    /// <summary>Answers as many requests as the command line says with "serve=n", one by default.</summary>
    public static void Serve(EthernetLink link)
    {
        link.Stack.TryListen(Port);
        ReadOnlySpan<byte> line = Platform.CommandLine;
        int count = line.Length > 6 ? line[6] - '0' : 1;
        for (int i = 0; i < count; i++)
        {
            TcpConnection connection;
            while (!link.Stack.TryAccept(Port, out connection))
            {
                link.Wait();
            }

            Answer(link, connection);
        }

        Console.WriteLine("served");
    }

    /// <summary>Asks a server, and says what came.</summary>
    public static void Get(EthernetLink link, uint server)
    {
        TcpConnection connection = Connect(link, server);
        connection.Write("GET / HTTP/1.0\r\n\r\n"u8);
        ulong sum = 0;
        ulong count = 0;
        while (!connection.IsAtEnd)
        {
            int read = connection.Read(s_bytes);
            for (int i = 0; i < read; i++)
            {
                sum = (sum * 31) + s_bytes[i];
            }

            count += (ulong)read;
            if (read == 0 && !connection.IsAtEnd)
            {
                link.Wait();
            }
        }

        connection.Close();
        Console.Write("got ");
        Console.WriteDecimal(count);
        Console.Write(" bytes, ");
        Console.WriteHex(sum);
        Console.Write(connection.IsBroken ? " broken\n" : " whole\n");
        Finish(link, connection);
    }

    /// <summary>The other side may not listen yet.</summary>
    private static TcpConnection Connect(EthernetLink link, uint server)
    {
        while (true)
        {
            link.Stack.TryConnect(server, Port, EthernetLink.Now, out TcpConnection connection);
            while (connection.State == TcpState.SynSent)
            {
                link.Wait();
            }

            if (connection.State == TcpState.Established)
            {
                return connection;
            }

            connection.Release();
        }
    }

    private static void Answer(EthernetLink link, TcpConnection connection)
    {
        bool isAsked = false;
        byte last = 0;
        while (!isAsked && !connection.IsAtEnd)
        {
            int read = connection.Read(s_bytes);
            for (int i = 0; i < read; i++)
            {
                isAsked |= s_bytes[i] == '\n' && last == '\n';
                last = s_bytes[i] == '\r' ? last : s_bytes[i];
            }

            if (read == 0)
            {
                link.Wait();
            }
        }

        WriteAll(link, connection, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 50000\r\n\r\n"u8);
        Span<byte> line = stackalloc byte[10];
        for (int i = 0; i < BodyBytes / 10 && !connection.IsBroken; i++)
        {
            for (int digit = 0, rest = i; digit < 9; digit++, rest /= 10)
            {
                line[8 - digit] = (byte)('0' + (rest % 10));
            }

            line[9] = (byte)'\n';
            WriteAll(link, connection, line);
        }

        connection.Close();
        Finish(link, connection);
    }

    private static void WriteAll(EthernetLink link, TcpConnection connection, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && !connection.IsBroken)
        {
            int written = connection.Write(bytes);
            bytes = bytes.Slice(written);
            if (bytes.Length > 0)
            {
                link.Wait();
            }
        }
    }

    private static void Finish(EthernetLink link, TcpConnection connection)
    {
        while (connection.State is not (TcpState.Closed or TcpState.TimeWait))
        {
            link.Wait();
        }

        connection.Release();
    }
}

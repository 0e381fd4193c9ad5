using System;
using System.Runtime;
using ParaKit.Guest;
using ParaKit.Network;

/// <summary>A host on a virtual network; the command line says what it does there.</summary>
internal static unsafe class Kernel
{
    private const int Connections = 4;
    private const int BufferBytes = 16 << 10;

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        ulong free = (Platform.FirstFreeAddress + PageTable.PageSize - 1) & ~(PageTable.PageSize - 1);
        if (!EthernetLink.TryOpen((void*)(PageTable.KernelBase + free), Connections, BufferBytes, out EthernetLink link))
        {
            Platform.Fail("no network");
        }

        if (Is("echo"u8))
        {
            Echo.Run(link);
        }
        else if (Is("number"u8))
        {
            Numbers.Send(link);
        }
        else if (Is("events"u8))
        {
            Events.Ping(link);
        }
        else if (Is("virq"u8))
        {
            Events.AwaitTicks();
        }
        else if (Is("serve"u8))
        {
            Web.Serve(link);
        }
        else if (Is("get"u8))
        {
            Web.Get(link, NetworkAddress.OfHardware(1));
        }
        else
        {
            Quiet(link);
        }

        Platform.Shutdown(0);
    }

    /// <summary>Says what comes, until a datagram to port 9.</summary>
    private static void Quiet(EthernetLink link)
    {
        var printer = new Printer();
        link.Stack.Datagrams = printer;
        Console.WriteLine("ready");
        while (!printer.IsDone)
        {
            link.Wait();
        }
    }

    internal static bool Is(ReadOnlySpan<byte> word) => Platform.CommandLine.Length >= word.Length && Platform.CommandLine.Slice(0, word.Length).SequenceEqual(word);

    internal static void Report(ReadOnlySpan<char> what, bool isTrue)
    {
        Console.Write(isTrue ? "PASS " : "FAIL ");
        Console.Write(what);
        Console.Write("\n");
    }

    private sealed class Printer : IDatagramReceiver
    {
        private const ushort LastPort = 9;

        public bool IsDone { get; private set; }

        public void Receive(NetworkStack stack, uint source, ushort sourcePort, ushort port, ReadOnlySpan<byte> data)
        {
            IsDone = port == LastPort;
            Console.Write("from ");
            Console.WriteDecimal(source & 0xff);
            Console.Write(" bytes ");
            Console.WriteDecimal((ulong)data.Length);
            Console.Write(" first ");
            Console.WriteDecimal(data.Length == 0 ? 0UL : data[0]);
            Console.Write("\n");
        }
    }
}

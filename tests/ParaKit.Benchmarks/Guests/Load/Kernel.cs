using System;
using System.Runtime;
using ParaKit.Abi;
using ParaKit.Guest;
using ParaKit.Guest.Xen;
using ParaKit.Network;

/// <summary>
/// Load on devices: "disk pages depth threshold count" reads with so many requests on their way, of one page at random or of 32 in sequence; "net bytes depth count" sends
/// frames to nobody. Says "LOAD requests start end nanoseconds-of-waiting waits".
/// </summary>
internal static unsafe class Kernel
{
    private const ulong FirstDisk = 51712;
    private const int PageBytes = 4096;
    private const int PageSectors = 8;
    private const int MostDepth = 32;
    private const int LargePages = 32;

    private static int s_at;

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        var pages = (byte*)(PageTable.KernelBase + ((Platform.FirstFreeAddress + PageTable.PageSize - 1) & ~(PageTable.PageSize - 1)));
        bool isDisk = Platform.CommandLine[0] == (byte)'d';
        s_at = isDisk ? 5 : 4;
        if (isDisk)
        {
            Read(pages, Number(), Number(), Number(), Number());
        }
        else
        {
            Send(pages, Number(), Number(), Number());
        }

        Platform.Shutdown(0);
    }

    private static int Number()
    {
        int value = 0;
        for (; s_at < Platform.CommandLine.Length && Platform.CommandLine[s_at] != (byte)' '; s_at++)
        {
            value = (value * 10) + (Platform.CommandLine[s_at] - '0');
        }

        s_at++;
        return value;
    }

    private static void Read(byte* pages, int pagesPerRequest, int depth, int threshold, int count)
    {
        depth = Math.Min(depth, MostDepth);
        if (!GrantTable.TryInitialize(4) || !BlockDevice.TryConnect(FirstDisk, pages, out BlockDevice disk))
        {
            Platform.Fail("no disk");
            return;
        }

        disk.EventThreshold = (uint)threshold;
        byte* buffers = pages + (PageBytes * (1 + MostDepth));
        var lists = new GrantReference[MostDepth];
        var grants = new GrantReference[MostDepth * LargePages];
        for (int i = 0; i < depth; i++)
        {
            lists[i] = Grant(pages + (PageBytes * (1 + i)));
            var segments = (BlockSegment*)(pages + (PageBytes * (1 + i)));
            for (int j = 0; j < pagesPerRequest; j++)
            {
                grants[(i * LargePages) + j] = Grant(buffers + (PageBytes * ((i * pagesPerRequest) + j)));
                segments[j] = new BlockSegment { Grant = grants[(i * LargePages) + j].Number, Last = 7 };
            }
        }

        var starts = new ulong[MostDepth];
        ulong waiting = 0;
        ulong waits = 0;
        ulong random = 88172645463325252;
        int put = 0;
        ulong start = EthernetLink.Now;
        for (int done = 0; done < count;)
        {
            for (; put < count && put - done < depth; put++)
            {
                int slot = put < depth ? put : s_free[--s_freeCount];
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                ulong span = disk.Sectors / (ulong)(pagesPerRequest * PageSectors);
                ulong sector = (pagesPerRequest == 1 ? random % span : (ulong)put % span) * (ulong)(pagesPerRequest * PageSectors);
                Put(disk, pagesPerRequest, (ulong)slot, sector, grants[slot * LargePages].Number, lists[slot].Number);
                starts[slot] = EthernetLink.Now;
            }

            disk.Push();
            while (disk.TryTake(out BlockResponse response))
            {
                if (response.Status != BlockStatus.Okay)
                {
                    Platform.Fail("a request has failed");
                }

                waiting += EthernetLink.Now - starts[(int)response.Id];
                s_free[s_freeCount++] = (int)response.Id;
                done++;
            }

            if (done < count && (put == count || put - done == depth))
            {
                disk.Wait();
                waits++;
            }
        }

        Say((ulong)count, start, waiting, waits);
    }

    private static readonly int[] s_free = new int[MostDepth];
    private static int s_freeCount;

    private static void Put(BlockDevice disk, int pagesPerRequest, ulong id, ulong sector, uint grant, uint list)
    {
        var request = new BlockRequest { Operation = BlockOperation.Read, Id = id, Sector = sector, SegmentCount = 1 };
        *(BlockSegment*)&request.Segments = new BlockSegment { Grant = grant, Last = 7 };
        if (pagesPerRequest > 1)
        {
            // struct blkif_request_indirect: the operation, the number of segments, and the grants of the pages that list them.
            request = new BlockRequest { Operation = BlockOperation.Indirect, SegmentCount = (byte)BlockOperation.Read, Handle = (ushort)pagesPerRequest, Id = id, Sector = sector };
            *(uint*)((byte*)&request + 28) = list;
        }

        disk.TryPut(in request);
    }

    [AcquiresGrant]
    private static GrantReference Grant(byte* page)
    {
        if (!GrantTable.TryGrantAccess(0, Pfn.Containing((ulong)page - PageTable.KernelBase), isReadOnly: false, out GrantReference grant))
        {
            Platform.Fail("no grant");
        }

        return grant;
    }

    private static void Send(byte* pages, int bytes, int depth, int count)
    {
        if (!GrantTable.TryInitialize() || !NetworkDevice.TryConnect(0, pages, flips: true, out NetworkDevice device))
        {
            Platform.Fail("no network");
            return;
        }

        var frame = new byte[EthernetFrame.MaximumBytes];
        BigEndian.Write48(frame, EthernetFrame.Destination, 0x00163e_aaaaaa);
        BigEndian.Write48(frame, EthernetFrame.Source, device.Hardware);
        BigEndian.Write16(frame, EthernetFrame.Type, EthernetFrame.Ipv4);
        frame[14] = 0x45;
        BigEndian.Write32(frame, EthernetFrame.HeaderBytes + Ipv4Packet.Source, NetworkAddress.OfHardware(device.Hardware));
        ulong waits = 0;
        ulong start = EthernetLink.Now;
        for (int sent = 0; sent < count;)
        {
            if (device.OnTheirWay >= depth)
            {
                device.TryTakeSent();
            }

            if (device.OnTheirWay < depth && device.TrySend(new ReadOnlySpan<byte>(frame, 0, bytes)))
            {
                sent++;
            }
            else
            {
                device.Wait();
                waits++;
            }
        }

        Say((ulong)count, start, 0, waits);
    }

    private static void Say(ulong count, ulong start, ulong waiting, ulong waits)
    {
        ulong end = EthernetLink.Now;
        Console.Write("LOAD ");
        Console.WriteDecimal(count);
        Console.Write(" ");
        Console.WriteDecimal(start);
        Console.Write(" ");
        Console.WriteDecimal(end);
        Console.Write(" ");
        Console.WriteDecimal(waiting);
        Console.Write(" ");
        Console.WriteDecimal(waits);
        Console.Write("\n");
    }
}

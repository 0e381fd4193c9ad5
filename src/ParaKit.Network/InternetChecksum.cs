using System;

namespace ParaKit.Network;

/// <summary>The ones' complement sum of IPv4, ICMP, UDP and TCP. RFC 1071, "Computing the Internet Checksum".</summary>
public static class InternetChecksum
{
    /// <summary>Adds bytes to a sum; an odd last byte counts as if a zero followed.</summary>
    public static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        int i = 0;
        for (; i + 1 < bytes.Length; i += 2)
        {
            sum += BigEndian.Read16(bytes, i);
            sum = (sum & 0xffff) + (sum >> 16);
        }

        if (i < bytes.Length)
        {
            sum += (uint)bytes[i] << 8;
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return sum;
    }

    /// <summary>The sum of a pseudo header. RFC 9293, "Checksum".</summary>
    public static uint Pseudo(uint source, uint destination, byte protocol, int length)
    {
        uint sum = (source >> 16) + (source & 0xffff) + (destination >> 16) + (destination & 0xffff) + protocol + (uint)length;
        return (sum & 0xffff) + (sum >> 16);
    }

    /// <summary>What goes into the header, where it was zero; over bytes with a right checksum it is 0.</summary>
    public static ushort Finish(uint sum) => (ushort)~((sum & 0xffff) + (sum >> 16));
}

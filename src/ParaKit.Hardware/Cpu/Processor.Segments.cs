using ParaKit.Hardware.Mmu;

namespace ParaKit.Hardware.Cpu;

// Descriptor tables and segment registers in 64-bit mode. Intel SDM vol. 3A, "Protected-Mode Memory Management".
public sealed unsafe partial class Processor
{
    private const int TableIndicator = 4;
    private const int DescriptorBytes = 8;

    /// <summary>Reads an 8-byte descriptor; false after noting a fault (<paramref name="vector"/> beyond the limit).</summary>
    internal bool TryReadDescriptor(ushort selector, uint errorCode, byte vector, out ulong descriptor)
    {
        descriptor = 0;
        uint offset = (uint)selector & ~7u;
        (ulong table, uint limit) = (selector & TableIndicator) != 0
            ? (_cpu->Ldtr.Base, _cpu->Ldtr.Attributes == 0 ? 0 : _cpu->Ldtr.Limit)
            : (_cpu->Gdtr.Base, _cpu->Gdtr.Limit);
        return offset + DescriptorBytes - 1 <= limit
            ? TrySystemRead(table + offset, out descriptor)
            : Refuse(vector, errorCode);
    }

    /// <summary>MOV or POP to DS, ES, FS or GS; false after noting a fault.</summary>
    internal bool TryLoadData(ushort selector, ref SegmentRegister register)
    {
        if ((selector & ~3) == 0)
        {
            register = new SegmentRegister { Selector = selector };
            return true;
        }

        uint errorCode = (uint)selector & ~3u;
        if (!TryReadDescriptor(selector, errorCode, ExceptionVector.GeneralProtection, out ulong descriptor))
        {
            return false;
        }

        SegmentRegister segment = Segmentation.FromDescriptor(selector, descriptor);
        SegmentAttributes type = segment.Attributes;
        bool code = (type & SegmentAttributes.Code) != 0;
        bool conforming = code && (type & SegmentAttributes.ExpandDownOrConforming) != 0;
        bool readable = !code || (type & SegmentAttributes.WritableOrReadable) != 0;
        bool privileged = conforming || segment.Dpl >= Math.Max(_cpu->Cpl, selector & 3);
        if ((type & SegmentAttributes.CodeOrData) == 0 || !readable || !privileged)
        {
            return Refuse(ExceptionVector.GeneralProtection, errorCode);
        }

        if ((type & SegmentAttributes.Present) == 0)
        {
            return Refuse(ExceptionVector.SegmentNotPresent, errorCode);
        }

        return TryMarkAccessed(selector, descriptor) && Assign(ref register, segment);
    }

    /// <summary>MOV or POP to SS, and the SS of far returns to <paramref name="cpl"/>; false after noting a fault.</summary>
    internal bool TryLoadStack(ushort selector, byte cpl, out SegmentRegister segment)
    {
        segment = Segmentation.NullStack(cpl);
        uint errorCode = (uint)selector & ~3u;
        if (errorCode == 0)
        {
            // A null SS is legal in 64-bit mode below privilege level 3, with RPL = CPL.
            segment.Selector = selector;
            return (cpl != 3 && (selector & 3) == cpl) || Refuse(ExceptionVector.GeneralProtection, 0);
        }

        if (!TryReadDescriptor(selector, errorCode, ExceptionVector.GeneralProtection, out ulong descriptor))
        {
            return false;
        }

        segment = Segmentation.FromDescriptor(selector, descriptor);
        SegmentAttributes type = segment.Attributes;
        const SegmentAttributes WritableData = SegmentAttributes.CodeOrData | SegmentAttributes.WritableOrReadable;
        bool writableData = (type & (WritableData | SegmentAttributes.Code)) == WritableData;
        if (!writableData || (selector & 3) != cpl || segment.Dpl != cpl)
        {
            return Refuse(ExceptionVector.GeneralProtection, errorCode);
        }

        if ((type & SegmentAttributes.Present) == 0)
        {
            return Refuse(ExceptionVector.StackFault, errorCode);
        }

        return TryMarkAccessed(selector, descriptor);
    }

    /// <summary>The CS of a far transfer; false after noting a fault. The caller decides what privilege change is legal.</summary>
    internal bool TryLoadCode(ushort selector, byte cpl, bool isReturn, out SegmentRegister segment)
    {
        segment = default;
        uint errorCode = (uint)selector & ~3u;
        if (errorCode == 0)
        {
            return Refuse(ExceptionVector.GeneralProtection, 0);
        }

        if (!TryReadDescriptor(selector, errorCode, ExceptionVector.GeneralProtection, out ulong descriptor))
        {
            return false;
        }

        segment = Segmentation.FromDescriptor(selector, descriptor);
        SegmentAttributes type = segment.Attributes;
        const SegmentAttributes Code = SegmentAttributes.CodeOrData | SegmentAttributes.Code;
        bool conforming = (type & SegmentAttributes.ExpandDownOrConforming) != 0;
        int rpl = selector & 3;
        bool legal = isReturn
            ? rpl >= _cpu->Cpl && (conforming ? segment.Dpl <= rpl : segment.Dpl == rpl)
            : conforming ? segment.Dpl <= cpl : rpl <= cpl && segment.Dpl == cpl;
        if ((type & Code) != Code || !legal)
        {
            return Refuse(ExceptionVector.GeneralProtection, errorCode);
        }

        if ((type & SegmentAttributes.Present) == 0)
        {
            return Refuse(ExceptionVector.SegmentNotPresent, errorCode);
        }

        if ((type & SegmentAttributes.Long) == 0)
        {
            Stop(ExitReason.Unimplemented, $"far transfer to compatibility mode (CS {selector:x4}) at {_cpu->Rip:x}");
            return false;
        }

        return (type & SegmentAttributes.DefaultBig) == 0
            ? TryMarkAccessed(selector, descriptor)
            : Refuse(ExceptionVector.GeneralProtection, errorCode);
    }

    /// <summary>Reads the 16-byte system descriptor of LLDT and LTR; false after noting a fault.</summary>
    internal bool TryLoadSystem(ushort selector, int type, out SegmentRegister segment)
    {
        segment = default;
        uint errorCode = (uint)selector & ~3u;
        if ((selector & TableIndicator) != 0)
        {
            return Refuse(ExceptionVector.GeneralProtection, errorCode);
        }

        if (((uint)selector & ~7u) + (2 * DescriptorBytes) - 1 > _cpu->Gdtr.Limit)
        {
            return Refuse(ExceptionVector.GeneralProtection, errorCode);
        }

        ulong address = _cpu->Gdtr.Base + ((uint)selector & ~7u);
        if (!TrySystemRead(address, out ulong low) || !TrySystemRead(address + DescriptorBytes, out ulong high))
        {
            return false;
        }

        segment = Segmentation.FromDescriptor(selector, low);
        segment.Base |= high << 32;
        if (((int)segment.Attributes & 0x1f) != type)
        {
            return Refuse(ExceptionVector.GeneralProtection, errorCode);
        }

        return (segment.Attributes & SegmentAttributes.Present) != 0
            || Refuse(ExceptionVector.SegmentNotPresent, errorCode);
    }

    /// <summary>Sets the busy bit of the TSS descriptor that LTR loads.</summary>
    internal bool TryMarkBusy(ushort selector) => TrySetBits(selector, Segmentation.TssBusyBit);

    private bool TryMarkAccessed(ushort selector, ulong descriptor) =>
        (descriptor & Segmentation.AccessedBit) != 0 || TrySetBits(selector, Segmentation.AccessedBit);

    private bool TrySetBits(ushort selector, ulong bits)
    {
        ulong table = (selector & TableIndicator) != 0 ? _cpu->Ldtr.Base : _cpu->Gdtr.Base;
        int shift = System.Numerics.BitOperations.TrailingZeroCount(bits) & ~7;
        byte* place = SystemAccess(table + ((uint)selector & ~7u) + (uint)(shift / 8), 1, AccessKind.Write);
        if (place == null)
        {
            return false;
        }

        *place |= (byte)(bits >> shift);
        return true;
    }

    private static bool Assign(ref SegmentRegister register, in SegmentRegister segment)
    {
        register = segment;
        return true;
    }
}

using System.Runtime.Intrinsics;
using Iced.Intel;

namespace ParaKit.Hardware.Cpu.Instructions;

/// <summary>Two 16-byte values in, one out.</summary>
internal interface IPackedOperation
{
    static abstract Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second);
}

/// <summary>SSE2 integer operations on whole vectors, lane by lane.</summary>
internal static unsafe class SsePackedInteger
{
    private static Vector128<ulong> Low32 => Vector128.Create((ulong)uint.MaxValue);

    [Instruction<Pxor>(Code.Pxor_xmm_xmmm128, Code.Xorps_xmm_xmmm128, Code.Xorpd_xmm_xmmm128)]
    [Instruction<Por>(Code.Por_xmm_xmmm128, Code.Orps_xmm_xmmm128, Code.Orpd_xmm_xmmm128)]
    [Instruction<Pand>(Code.Pand_xmm_xmmm128, Code.Andps_xmm_xmmm128, Code.Andpd_xmm_xmmm128)]
    [Instruction<Pandn>(Code.Pandn_xmm_xmmm128, Code.Andnps_xmm_xmmm128, Code.Andnpd_xmm_xmmm128)]
    [Instruction<Paddb>(Code.Paddb_xmm_xmmm128)]
    [Instruction<Psubb>(Code.Psubb_xmm_xmmm128)]
    [Instruction<Paddw>(Code.Paddw_xmm_xmmm128)]
    [Instruction<Psubw>(Code.Psubw_xmm_xmmm128)]
    [Instruction<Paddd>(Code.Paddd_xmm_xmmm128)]
    [Instruction<Psubd>(Code.Psubd_xmm_xmmm128)]
    [Instruction<Paddq>(Code.Paddq_xmm_xmmm128)]
    [Instruction<Psubq>(Code.Psubq_xmm_xmmm128)]
    [Instruction<Pcmpeqb>(Code.Pcmpeqb_xmm_xmmm128)]
    [Instruction<Pcmpgtb>(Code.Pcmpgtb_xmm_xmmm128)]
    [Instruction<Pcmpeqw>(Code.Pcmpeqw_xmm_xmmm128)]
    [Instruction<Pcmpgtw>(Code.Pcmpgtw_xmm_xmmm128)]
    [Instruction<Pcmpeqd>(Code.Pcmpeqd_xmm_xmmm128)]
    [Instruction<Pcmpgtd>(Code.Pcmpgtd_xmm_xmmm128)]
    [Instruction<Pmullw>(Code.Pmullw_xmm_xmmm128)]
    [Instruction<Pminub>(Code.Pminub_xmm_xmmm128)]
    [Instruction<Pmaxub>(Code.Pmaxub_xmm_xmmm128)]
    [Instruction<Pminsw>(Code.Pminsw_xmm_xmmm128)]
    [Instruction<Pmaxsw>(Code.Pmaxsw_xmm_xmmm128)]
    [Instruction<Paddusb>(Code.Paddusb_xmm_xmmm128)]
    [Instruction<Psubusb>(Code.Psubusb_xmm_xmmm128)]
    [Instruction<Paddusw>(Code.Paddusw_xmm_xmmm128)]
    [Instruction<Psubusw>(Code.Psubusw_xmm_xmmm128)]
    [Instruction<Paddsb>(Code.Paddsb_xmm_xmmm128)]
    [Instruction<Psubsb>(Code.Psubsb_xmm_xmmm128)]
    [Instruction<Paddsw>(Code.Paddsw_xmm_xmmm128)]
    [Instruction<Psubsw>(Code.Psubsw_xmm_xmmm128)]
    [Instruction<Pmuludq>(Code.Pmuludq_xmm_xmmm128)]
    public static DecodedInstruction* Packed<TOperation, TSecond>(CpuState* cpu, DecodedInstruction* op)
        where TOperation : struct, IPackedOperation
        where TSecond : struct, IOperand
    {
        byte* source;
        if (!Sse.IsAvailable(cpu, op) || (source = Sse.Source<TSecond>(cpu, op, op->Second)) == null)
        {
            return null;
        }

        ref Vector128<byte> first = ref Sse.Register<byte>(cpu, op->First);
        first = TOperation.Apply(first, *(Vector128<byte>*)source);
        return op + 1;
    }

    internal readonly struct Pxor : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            first ^ second;
    }

    internal readonly struct Por : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            first | second;
    }

    internal readonly struct Pand : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            first & second;
    }

    internal readonly struct Pandn : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            ~first & second;
    }

    internal readonly struct Paddb : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            (first.AsByte() + second.AsByte()).AsByte();
    }

    internal readonly struct Psubb : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            (first.AsByte() - second.AsByte()).AsByte();
    }

    internal readonly struct Paddw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            (first.AsUInt16() + second.AsUInt16()).AsByte();
    }

    internal readonly struct Psubw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            (first.AsUInt16() - second.AsUInt16()).AsByte();
    }

    internal readonly struct Paddd : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            (first.AsUInt32() + second.AsUInt32()).AsByte();
    }

    internal readonly struct Psubd : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            (first.AsUInt32() - second.AsUInt32()).AsByte();
    }

    internal readonly struct Paddq : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            (first.AsUInt64() + second.AsUInt64()).AsByte();
    }

    internal readonly struct Psubq : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            (first.AsUInt64() - second.AsUInt64()).AsByte();
    }

    internal readonly struct Pcmpeqb : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.Equals(first.AsByte(), second.AsByte()).AsByte();
    }

    internal readonly struct Pcmpgtb : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.GreaterThan(first.AsSByte(), second.AsSByte()).AsByte();
    }

    internal readonly struct Pcmpeqw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.Equals(first.AsUInt16(), second.AsUInt16()).AsByte();
    }

    internal readonly struct Pcmpgtw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.GreaterThan(first.AsInt16(), second.AsInt16()).AsByte();
    }

    internal readonly struct Pcmpeqd : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.Equals(first.AsUInt32(), second.AsUInt32()).AsByte();
    }

    internal readonly struct Pcmpgtd : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.GreaterThan(first.AsInt32(), second.AsInt32()).AsByte();
    }

    internal readonly struct Pmullw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            (first.AsInt16() * second.AsInt16()).AsByte();
    }

    internal readonly struct Pminub : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.Min(first, second);
    }

    internal readonly struct Pmaxub : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.Max(first, second);
    }

    internal readonly struct Pminsw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.Min(first.AsInt16(), second.AsInt16()).AsByte();
    }

    internal readonly struct Pmaxsw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.Max(first.AsInt16(), second.AsInt16()).AsByte();
    }

    internal readonly struct Paddusb : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.AddSaturate(first.AsByte(), second.AsByte()).AsByte();
    }

    internal readonly struct Psubusb : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.SubtractSaturate(first.AsByte(), second.AsByte()).AsByte();
    }

    internal readonly struct Paddusw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.AddSaturate(first.AsUInt16(), second.AsUInt16()).AsByte();
    }

    internal readonly struct Psubusw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.SubtractSaturate(first.AsUInt16(), second.AsUInt16()).AsByte();
    }

    internal readonly struct Paddsb : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.AddSaturate(first.AsSByte(), second.AsSByte()).AsByte();
    }

    internal readonly struct Psubsb : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.SubtractSaturate(first.AsSByte(), second.AsSByte()).AsByte();
    }

    internal readonly struct Paddsw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.AddSaturate(first.AsInt16(), second.AsInt16()).AsByte();
    }

    internal readonly struct Psubsw : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            Vector128.SubtractSaturate(first.AsInt16(), second.AsInt16()).AsByte();
    }

    internal readonly struct Pmuludq : IPackedOperation
    {
        public static Vector128<byte> Apply(Vector128<byte> first, Vector128<byte> second) =>
            ((first.AsUInt64() & Low32) * (second.AsUInt64() & Low32)).AsByte();
    }
}

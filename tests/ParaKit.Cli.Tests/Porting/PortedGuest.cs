namespace ParaKit.Cli.Tests.Porting;

/// <summary>A kernel that calls sensitive operations in every form that a port has to write differently.</summary>
internal static class PortedGuest
{
    internal const string Kernel = """
        // A licence stands here.
        using System;
        using System.Runtime;
        using ParaKit.Guest;
        using static ParaKit.Guest.X86;

        internal static unsafe class Kernel
        {
            private static readonly Action s_stop = X86.Cli;

            [RuntimeExport("kernel_main")]
            private static void Main(ulong boot)
            {
                Platform.Initialize(boot);
                Cli(); // using static
                WriteCr3(X86.ReadCr3() | global::ParaKit.Guest.X86.ReadCr3());
                X86.Out8(value: (byte)X86.In8(0x3f8), port: 0x3f8);
                s_stop();
                Objects(new Device());
                Platform.Shutdown(0);
            }

            private static void Store([PageTableEntry] ulong* entry, ulong value) => *entry = value;

            private static void Objects(Device device)
            {
                var counter = new Counter();
                device.Reset();
                device.Reset(2).Reset(3, 4, 5);
                counter.Add(amount: 6);
                counter.Twice(7);
                new Table<int>().Clear();
                Table<long>.Swap(8, 'a');
            }

            [NativeOnly]
            private static void Machine() => X86.Hlt();
        }
        """;

    internal const string Devices = """
        using ParaKit.Guest;

        namespace Devices.Native
        {
        }

        public class Device
        {
            [Sensitive("reset", Sensitivity.Platform, Paravirtual = typeof(Devices.Paravirtual.Operations))]
            public Device Reset(int mode = 1, params int[] lines) => this;
        }

        public struct Counter
        {
            public int Value;

            [Sensitive("add", Sensitivity.Platform, Paravirtual = typeof(Devices.Paravirtual.Operations))]
            public void Add(int amount) => Value += amount;
        }

        public static class Counters
        {
            [Sensitive("twice", Sensitivity.Platform, Paravirtual = typeof(Devices.Paravirtual.Operations))]
            public static void Twice(this ref Counter counter, int amount) => counter.Value += 2 * amount;
        }

        public class Table<T>
            where T : unmanaged
        {
            [Sensitive("clear", Sensitivity.SensitiveStore, Paravirtual = typeof(Devices.Paravirtual.Operations))]
            public void Clear()
            {
            }

            [Sensitive("swap", Sensitivity.SensitiveStore, Paravirtual = typeof(Devices.Paravirtual.Operations))]
            public static T Swap<TIndex>(T value, TIndex index)
                where TIndex : unmanaged => value;
        }

        namespace Devices.Paravirtual
        {
            public static class Operations
            {
                public static Device Reset(Device device, int mode, int[] lines) => device;

                public static void Add(ref Counter counter, int value) => counter.Value += value;

                public static void Twice(ref Counter counter, int amount) => counter.Value += 2 * amount;

                public static void Clear<T>(Table<T> table)
                    where T : unmanaged
                {
                }

                public static T Swap<T, TIndex>(T value, TIndex index)
                    where T : unmanaged
                    where TIndex : unmanaged => value;
            }
        }
        """;
}

namespace ParaKit.Analyzers.Tests;

/// <summary>What stands before the snippets about split drivers: a ring by hand, one as generated, grants, and the class they are in.</summary>
internal static class DriverPrelude
{
    internal const string Text = """
        using System;
        using System.Diagnostics.CodeAnalysis;
        using System.Threading;
        using ParaKit.Abi;
        using ParaKit.Guest;
        using ParaKit.Guest.Xen;
        struct Span2 { public uint First; public uint Last; }
        [SharedMemory] unsafe struct Request { public uint Length; public uint Offset; public ulong Id; public Span2 Sectors; public fixed byte Data[4]; }
        [SharedMemory] struct ConsoleRing { [ConsumerIndex] public uint Consumer; [ProducerIndex] public uint Producer; }
        struct Entry { public ulong Id; public uint Frame; public GrantReference Grant; }
        class Ring
        {
            public bool TryPut(in Entry entry) => true;
            [NotifyCheck] public bool Push() => true;
            [TakesEntry] public bool TryTake(out Entry entry) { entry = default; return true; }
            [FinalCheck] public bool FinalCheck() => true;
        }
        static class Order { [WriteBarrier] public static void Stores() { } } static class Panels { public static void Add(object driver) { } }
        static class Grants
        {
            [AcquiresGrant] public static GrantReference Grant(Pfn frame) => default;
            public static void End([EndsGrant] GrantReference grant) { }
        }
        unsafe partial class Driver
        {
            const uint Mask = 31;
            SharedRing* _ring;
            ConsoleRing* _console;
            Request* _request;
            Request* _slots;
            Entry[] _entries = new Entry[32];
            [ProducerIndex] uint _producer;
            [ConsumerIndex] uint _consumer;
            uint _limit;
            Ring _front = new();
            EventChannel _channel;
            GrantReference _kept;
            SharedRing* Shared => _ring;
            static void Use(ulong value) { }
            static void Use(Entry entry) { }
            static void Keep(GrantReference grant) { }
            static Request Copy(ref Request request) => request;
            [DoesNotReturn] static void Panic() => throw new Exception();
            [MaySleep] static void Wait() { }

        """;
}

using ParaKit.Analyzers.Rules;
using ParaKit.CodeFixes.Rules;
using ParaKit.RoslynTesting;

namespace ParaKit.Analyzers.Tests.Fixes;

public sealed class SplitDriverFixTests
{
    [Fact]
    public Task DoubleFetch_IsCopiedOnce() => FixCheck.FixesAllAsync<SplitDriverRule, DoubleFetchFix>(
        Method("""
            // check
            if (request->Length < 64 && request->Offset < 3)
            {
                Use(request->Length); // use
                Use(request->Offset + request->Length);
            }

            for (uint i = 0; i < place.Offset; i++) { Use(place.Offset); }
            """),
        Method("""
            // check
            uint length = request->Length;
            if (length < 64 && request->Offset < 3)
            {
                Use(length); // use
                Use(request->Offset + length);
            }

            uint offset = place.Offset;
            for (uint i = 0; i < offset; i++) { Use(offset); }
            """));

    [Fact]
    public Task TwoFields_AreCopiedEach() => FixCheck.FixesAllAsync<SplitDriverRule, DoubleFetchFix>(
        Method("""
            if (request->Length + request->Offset < 64) { Use(request->Length); Use(request->Offset); }
            if (n > 3)
            {
                Use(place.Length + place.Length);
            }
            """),
        Method("""
            uint fetchedLength = request->Length;
            uint offset = request->Offset;
            if (fetchedLength + offset < 64) { Use(fetchedLength); Use(offset); }
            if (n > 3)
            {
                uint length = place.Length;
                Use(length + length);
            }
            """));

    [Theory]
    [InlineData("if (n > 3 && request->Length < 64) { Use(request->Length); }")]
    [InlineData("if (n > 3) { Use(request->Length); } Use(request->Length);")]
    [InlineData("while (request->Length == 0) { } Use(request->Length);")]
    [InlineData("Use(request->Length + request->Length); request->Length = 3;")]
    [InlineData("Use(request->Length + request->Length); request++; Use(request->Length);")]
    [InlineData("Use(request->Length + request->Length); Interlocked.MemoryBarrier(); Use(request->Length);")]
    [InlineData("Use(System.Threading.Volatile.Read(ref request->Length) + request->Length);")]
    [InlineData("for (uint i = 0; i < request->Length; i++) { Use(request->Length); X86.Hlt(); }")]
    [InlineData("if (request->Length < 64) { Request copy = *request; Use(copy.Length); }")]
    [InlineData("uint length = 1, fetchedLength = 2; Use(request->Length + request->Length + length + fetchedLength);")]
    public Task DoubleFetch_ThatIsNotSoClear_IsLeftToTheAuthor(string statement) =>
        FixCheck.OffersNothingAsync<SplitDriverRule, DoubleFetchFix>(Method(statement));

    [Fact]
    public Task Publication_BecomesVolatile() => FixCheck.FixesAllAsync<SplitDriverRule, UnorderedPublicationFix>(
        Method("""
            ring->RequestProducer = _producer; // publish
            ring->RequestProducer++;
            ring->ResponseProducer += n > 3 ? 1u : 2u;
            """),
        Method("""
            Volatile.Write(ref ring->RequestProducer, _producer); // publish
            Volatile.Write(ref ring->RequestProducer, ring->RequestProducer + 1);
            Volatile.Write(ref ring->ResponseProducer, ring->ResponseProducer + (n > 3 ? 1u : 2u));
            """));

    [Theory]
    [InlineData("uint old = ring->RequestProducer++; Use(old);")]
    [InlineData("ring[n + 1].RequestProducer = _producer;")]
    [InlineData("ring->RequestProducer |= _producer;")]
    public Task Publication_InsideAnExpression_IsLeftToTheAuthor(string statement) =>
        FixCheck.OffersNothingAsync<SplitDriverRule, UnorderedPublicationFix>(Method(statement));

    [Fact]
    public Task Sleep_IsGuardedByAFinalCheck() => FixCheck.FixesAllAsync<SplitDriverRule, MissingFinalCheckFix>(
        Method("""
            while (true)
            {
                while (_front.TryTake(out ulong entry)) { Use(entry); }
                X86.Hlt(); // wait
            }
            """),
        Method("""
            while (true)
            {
                while (_front.TryTake(out ulong entry)) { Use(entry); }
                if (!_front.FinalCheck())
                {
                    X86.Hlt();
                } // wait
            }
            """));

    [Theory]
    [InlineData("while (ring->ResponseProducer != _consumer) { _consumer++; } X86.Hlt();")]
    [InlineData("while (_front.TryTake(out ulong a) || _other.TryTake(out a)) { Use(a); } X86.Hlt();")]
    [InlineData("while (new Ring().TryTake(out ulong a)) { Use(a); } X86.Hlt();")]
    public Task Sleep_WithoutOneKnownRing_IsLeftToTheAuthor(string statement) =>
        FixCheck.OffersNothingAsync<SplitDriverRule, MissingFinalCheckFix>(Method(statement));

    [Fact]
    public Task Index_IsMasked() => FixCheck.FixesAllAsync<SplitDriverRule, UnmaskedIndexFix>(
        Method("""
            Use(_entries[_consumer]);
            Use(_entries[_producer++]);
            Use(_entries[_consumer + 1]);
            Use(_entries[(int)_consumer]);
            Use((request + _consumer)->Offset);
            """),
        Method("""
            Use(_entries[_consumer & (SlotCount - 1)]);
            Use(_entries[_producer++ & (SlotCount - 1)]);
            Use(_entries[(_consumer + 1) & (SlotCount - 1)]);
            Use(_entries[(int)(_consumer & (SlotCount - 1))]);
            Use((request + (_consumer & (SlotCount - 1)))->Offset);
            """));

    [Fact]
    public Task Index_WithAMask_UsesIt() => FixCheck.FixesAllAsync<SplitDriverRule, UnmaskedIndexFix>(
        Method("Use(_entries[_consumer]);").Replace("const uint SlotCount = 32;", "const uint IndexMask = 31;", StringComparison.Ordinal),
        Method("Use(_entries[_consumer & IndexMask]);").Replace("const uint SlotCount = 32;", "const uint IndexMask = 31;", StringComparison.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData("const uint SlotCount = 33;")]
    [InlineData("const uint SlotCount = 32; const uint OtherSlotCount = 64;")]
    public Task Index_WithoutAKnownMask_IsLeftToTheAuthor(string constants) => FixCheck.OffersNothingAsync<SplitDriverRule, UnmaskedIndexFix>(
        Method("Use(_entries[_consumer]);").Replace("const uint SlotCount = 32;", constants, StringComparison.Ordinal));

    [Fact]
    public Task Notification_AsksFirst() => FixCheck.FixesAllAsync<SplitDriverRule, UncheckedNotificationFix>(
        Method("""
            _front.Push();
            _channel.Notify();

            // again
            _front.Push();
            _channel.Notify();
            n++;
            """),
        Method("""
            if (_front.Push())
            {
                _channel.Notify();
            }

            // again
            if (_front.Push())
            {
                _channel.Notify();
            }
            n++;
            """));

    [Theory]
    [InlineData("_front.Push(); n++; _channel.Notify();")]
    [InlineData("for (int i = 0; i < n; i++) { _front.Push(); } _channel.Notify();")]
    [InlineData("Volatile.Write(ref ring->RequestProducer, _producer); _channel.Notify();")]
    public Task Notification_ThatIsNotNextToIt_IsLeftToTheAuthor(string statement) =>
        FixCheck.OffersNothingAsync<SplitDriverRule, UncheckedNotificationFix>(Method(statement));

    [Fact]
    public Task RingType_BecomesPartial() => FixCheck.FixesAllAsync<IoRingRule, IncompleteRingFix>(
        """
        // both
        class Outer
        {
            /// <summary>A ring.</summary>
            [ParaKit.Guest.IoRing(typeof(int), typeof(long))]
            public class Ring
            {
            }

            [ParaKit.Guest.IoRing(typeof(int), typeof(long))]
            // plain
            struct Other;
        }
        """,
        """
        // both
        partial class Outer
        {
            /// <summary>A ring.</summary>
            [ParaKit.Guest.IoRing(typeof(int), typeof(long))]
            public partial class Ring
            {
            }

            [ParaKit.Guest.IoRing(typeof(int), typeof(long))]
            // plain
            partial struct Other;
        }
        """);

    [Fact]
    public Task GenericRingType_IsLeftToTheAuthor() => FixCheck.OffersNothingAsync<IoRingRule, IncompleteRingFix>(
        "[ParaKit.Guest.IoRing(typeof(int), typeof(long))] partial class Ring<T>;");

    private static string Method(string statements) => $$"""
        using System.Threading;
        using ParaKit.Abi;
        using ParaKit.Guest;
        using ParaKit.Guest.Xen;
        [SharedMemory] struct Request { public uint Length; public uint Offset; }
        class Ring
        {
            [NotifyCheck] public bool Push() => true;
            [TakesEntry] public bool TryTake(out ulong entry) { entry = 0; return true; }
            [FinalCheck] public bool FinalCheck() => true;
        }
        unsafe class Driver
        {
            const uint SlotCount = 32;
            ulong[] _entries = new ulong[32];
            [ProducerIndex] uint _producer;
            [ConsumerIndex] uint _consumer;
            Ring _front = new(), _other = new();
            EventChannel _channel;
            static void Use(ulong value) { }
            void M(Request* request, SharedRing* ring, ref Request place, int n)
            {
                {{statements.Replace("\n", "\n        ", StringComparison.Ordinal).Replace("        \n", "\n", StringComparison.Ordinal)}}
            }
        }
        """;
}

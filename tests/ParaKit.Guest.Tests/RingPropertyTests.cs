using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using ParaKit.Abi;
using Xunit.Abstractions;

namespace ParaKit.Guest.Tests;

/// <summary>
/// The generated ring, both ends on one page, against two queues. Indices start just before they wrap around. After each step
/// rsp_cons ≤ rsp_prod ≤ req_cons ≤ req_prod ≤ rsp_cons + N, modulo 2^32; Xen public/io/ring.h.
/// </summary>
public sealed unsafe class RingPropertyTests(ITestOutputHelper output)
{
    private const int Steps = 300;

    [Fact]
    public void Ends_KeepOrderAndLoseNothing() => ForAll(bytes =>
    {
        using GuardedPage page = new();
        Play play = new(page, start: uint.MaxValue - bytes[0]);
        foreach (byte step in bytes.AsSpan(1))
        {
            play.Step(step);
            play.AssertInvariant();
        }

        play.Drain();
        page.AssertGuardsUntouched();
    });

    [Fact]
    public void FrontEnd_HostileIndices_NeverLeaveThePage() => ForAll(bytes =>
    {
        using GuardedPage page = new();
        WideRing.FrontEnd front = new(page.Address);
        for (int i = 0; i + 1 < bytes.Length; i += 2)
        {
            page.Ring->ResponseProducer = Extreme(bytes[i], page.Ring->RequestProducer);
            page.Ring->RequestEvent = Extreme(bytes[i + 1], page.Ring->ResponseProducer);
            page.Ring->RequestProducer = Extreme(bytes[i + 1], 0);
            front.TryPutRequest(new Request(1, 2));
            front.PushRequests();
            front.TryTakeResponse(out _);
            front.FinalCheckForResponses();
            Assert.True(front.FreeSlots <= WideRing.SlotCount);
        }

        page.AssertGuardsUntouched();
    });

    [Fact]
    public void BackEnd_HostileIndices_NeverLeaveThePage() => ForAll(bytes =>
    {
        using GuardedPage page = new();
        NarrowRing.BackEnd back = new(page.Address);
        int taken = 0;
        for (int i = 0; i + 1 < bytes.Length; i += 2)
        {
            page.Ring->RequestProducer = Extreme(bytes[i], page.Ring->RequestProducer);
            page.Ring->ResponseProducer = Extreme(bytes[i + 1], 0);
            page.Ring->ResponseEvent = Extreme(bytes[i + 1], page.Ring->RequestProducer);
            taken += back.TryTakeRequest(out _) ? 1 : 0;
            taken -= bytes[i] % 3 == 0 && back.TryPutResponse(7) ? 1 : 0;
            back.PushResponses();
            back.FinalCheckForRequests();
            Assert.InRange(taken, 0, (int)NarrowRing.SlotCount);
        }

        page.AssertGuardsUntouched();
    });

    private void ForAll(Action<byte[]> property)
    {
        ulong seed = (ulong)Random.Shared.NextInt64();
        output.WriteLine($"seed {seed}, gamma 1");
        var bytes = Gen.Choose(0, 255).Select(static value => (byte)value).ArrayOf(Steps).ToArbitrary();
        Prop.ForAll(bytes, property).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(seed, 1));
    }

    private static uint Extreme(byte choice, uint other) => (choice % 8) switch
    {
        0 => 0,
        1 => uint.MaxValue,
        2 => other + 1,
        3 => other - 1,
        4 => other + 33,
        5 => 0x80000000,
        6 => choice,
        _ => other,
    };

    /// <summary>Both ends and what must be in the ring.</summary>
    private sealed class Play
    {
        private readonly GuardedPage _page;
        private readonly WideRing.FrontEnd _front;
        private readonly WideRing.BackEnd _back;
        private readonly Queue<ulong> _requests = [];
        private readonly Queue<ulong> _responses = [];
        private ulong _next;
        private int _unanswered;

        internal Play(GuardedPage page, uint start)
        {
            _page = page;
            _front = new(page.Address);
            _back = new(page.Address);
            Set(_front, start, "_requestProducer", "_pushedRequests", "_responseConsumer");
            Set(_back, start, "_requestConsumer", "_responseProducer", "_pushedResponses");
            *page.Ring = new SharedRing { RequestProducer = start, ResponseProducer = start, RequestEvent = start + 1, ResponseEvent = start + 1 };
        }

        internal void Step(byte choice)
        {
            switch (choice % 7)
            {
                case 0 or 1:
                    uint free = _front.FreeSlots;
                    Assert.Equal(free > 0, _front.TryPutRequest(new Request(_next, ~_next)));
                    Enqueue(free > 0);
                    break;
                case 2:
                    AssertNotifies(_front.PushRequests, &_page.Ring->RequestProducer, &_page.Ring->RequestEvent);
                    break;
                case 3:
                    Take();
                    break;
                case 4:
                    Answer();
                    break;
                case 5:
                    AssertNotifies(_back.PushResponses, &_page.Ring->ResponseProducer, &_page.Ring->ResponseEvent);
                    break;
                default:
                    Receive();
                    break;
            }
        }

        internal void AssertInvariant()
        {
            uint consumed = Get(_front, "_responseConsumer");
            uint responses = _page.Ring->ResponseProducer - consumed;
            uint taken = Get(_back, "_requestConsumer") - consumed;
            uint requests = _page.Ring->RequestProducer - consumed;
            Assert.True(responses <= taken && taken <= requests && requests <= WideRing.SlotCount, $"{responses} {taken} {requests}");
            Assert.False(_front.IsBroken || _back.IsBroken);
        }

        internal void Drain()
        {
            _front.PushRequests();
            while (_back.FinalCheckForRequests())
            {
                Take();
            }

            Assert.Empty(_requests);
            while (_unanswered > 0)
            {
                Answer();
            }

            Assert.False(_back.TryPutResponse(default));
            _back.PushResponses();
            while (_front.FinalCheckForResponses())
            {
                Receive();
            }

            Assert.Empty(_responses);
            Assert.Equal(WideRing.SlotCount, _front.FreeSlots);
        }

        private void Enqueue(bool isPut)
        {
            if (isPut)
            {
                _requests.Enqueue(_next++);
            }
        }

        private void Take()
        {
            if (_back.TryTakeRequest(out Request request))
            {
                Assert.Equal(new Request(_requests.Peek(), ~_requests.Peek()), request);
                _responses.Enqueue(_requests.Dequeue());
                _unanswered++;
            }
        }

        private void Answer()
        {
            ulong id = _unanswered > 0 ? _responses.ElementAt(_responses.Count - _unanswered) : 0;
            Assert.Equal(_unanswered > 0, _back.TryPutResponse(new Response(id, -1)));
            _unanswered -= _unanswered > 0 ? 1 : 0;
        }

        private void Receive()
        {
            if (_front.TryTakeResponse(out Response response))
            {
                Assert.Equal(new Response(_responses.Dequeue(), -1), response);
            }
        }

        // The other side is notified exactly if the entry before its event index is among the new ones.
        private static void AssertNotifies(Func<bool> push, uint* producer, uint* wish)
        {
            uint old = *producer;
            bool notifies = push();
            bool isWished = false;
            for (uint index = old; index != *producer; index++)
            {
                isWished |= index + 1 == *wish;
            }

            Assert.Equal(isWished, notifies);
        }

        private static void Set(object end, uint value, params string[] fields)
        {
            foreach (string field in fields)
            {
                Field(end, field).SetValue(end, value);
            }
        }

        private static uint Get(object end, string field) => (uint)Field(end, field).GetValue(end)!;

        private static FieldInfo Field(object end, string name) => end.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!;
    }
}

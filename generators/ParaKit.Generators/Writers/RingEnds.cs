namespace ParaKit.Generators.Writers;

/// <summary>The text of the two ends of a ring.</summary>
internal static class RingEnds
{
    internal const string FrontEnd = """
        /// <summary>The front end: puts requests, takes responses. What the page says is the other side's word: read once, then checked.</summary>
        $Access$ sealed class FrontEnd
        {
            private readonly SharedRing* _ring;
            private readonly Slot* _slots;
            private readonly uint _slotCount = SlotCount;
            [ProducerIndex] private uint _requestProducer;
            [ProducerIndex] private uint _pushedRequests;
            [ConsumerIndex] private uint _responseConsumer;

            /// <summary>Prepares an empty ring.</summary>
            /// <param name="page">The page, not yet granted to the back end.</param>
            public FrontEnd(void* page)
            {
                _ring = (SharedRing*)page;
                _slots = (Slot*)((byte*)page + SharedRing.HeaderBytes);
                *_ring = new SharedRing { RequestEvent = 1, ResponseEvent = 1 };
            }

            /// <summary>True once the back end has broken the protocol; nothing is taken from it any more.</summary>
            public bool IsBroken { get; private set; }

            /// <summary>Number of requests that can be put.</summary>
            public uint FreeSlots => _slotCount - (_requestProducer - _responseConsumer);

            /// <summary>Puts a request, which the back end sees after <see cref="PushRequests"/>.</summary>
            /// <returns>False if no slot is free.</returns>
            public bool TryPutRequest(in $Request$ request)
            {
                if (FreeSlots == 0)
                {
                    return false;
                }

                _slots[_requestProducer & (_slotCount - 1)].Request = request;
                _requestProducer++;
                return true;
            }

            /// <summary>Shows the back end all requests that were put.</summary>
            /// <returns>True if it has asked to be notified of one of them.</returns>
            [NotifyCheck]
            public bool PushRequests()
            {
                uint old = _pushedRequests;
                _pushedRequests = _requestProducer;

                // The requests are visible before the index, and the index before the back end's wish is read.
                Volatile.Write(ref _ring->RequestProducer, _pushedRequests);
                Interlocked.MemoryBarrier();
                return _pushedRequests - Volatile.Read(ref _ring->RequestEvent) < _pushedRequests - old;
            }

            /// <summary>Takes the next response, as a copy that the back end cannot change.</summary>
            /// <returns>False if there is none.</returns>
            [TakesEntry]
            public bool TryTakeResponse(out $Response$ response)
            {
                if (!HasResponse())
                {
                    response = default;
                    return false;
                }

                response = _slots[_responseConsumer & (_slotCount - 1)].Response;
                _responseConsumer++;
                return true;
            }

            /// <summary>Asks to be notified of the next response; to be called before waiting for it.</summary>
            /// <returns>True if there is one already: then no notification needs to come.</returns>
            [FinalCheck]
            public bool FinalCheckForResponses()
            {
                if (HasResponse())
                {
                    return true;
                }

                Volatile.Write(ref _ring->ResponseEvent, _responseConsumer + 1);
                Interlocked.MemoryBarrier();
                return HasResponse();
            }

            private bool HasResponse()
            {
                uint available = Volatile.Read(ref _ring->ResponseProducer) - _responseConsumer;
                IsBroken |= available > _pushedRequests - _responseConsumer;
                return available != 0 && !IsBroken;
            }
        }

        """;

    internal const string BackEnd = """
        /// <summary>The back end: takes requests, puts responses. What the page says is the other side's word: read once, then checked.</summary>
        $Access$ sealed class BackEnd
        {
            private readonly SharedRing* _ring;
            private readonly Slot* _slots;
            private readonly uint _slotCount = SlotCount;
            [ConsumerIndex] private uint _requestConsumer;
            [ProducerIndex] private uint _responseProducer;
            [ProducerIndex] private uint _pushedResponses;

            /// <summary>Attaches to a ring that the front end has prepared.</summary>
            /// <param name="page">The front end's page.</param>
            public BackEnd(void* page)
            {
                _ring = (SharedRing*)page;
                _slots = (Slot*)((byte*)page + SharedRing.HeaderBytes);
            }

            /// <summary>True once the front end has broken the protocol; nothing is taken from it any more.</summary>
            public bool IsBroken { get; private set; }

            /// <summary>Takes the next request, as a copy that the front end cannot change.</summary>
            /// <returns>False if there is none.</returns>
            [TakesEntry]
            public bool TryTakeRequest(out $Request$ request)
            {
                if (!HasRequest())
                {
                    request = default;
                    return false;
                }

                request = _slots[_requestConsumer & (_slotCount - 1)].Request;
                _requestConsumer++;
                return true;
            }

            /// <summary>Puts a response, which the front end sees after <see cref="PushResponses"/>.</summary>
            /// <returns>False if every request that was taken has its response.</returns>
            public bool TryPutResponse(in $Response$ response)
            {
                if (_responseProducer == _requestConsumer)
                {
                    return false;
                }

                _slots[_responseProducer & (_slotCount - 1)].Response = response;
                _responseProducer++;
                return true;
            }

            /// <summary>Shows the front end all responses that were put.</summary>
            /// <returns>True if it has asked to be notified of one of them.</returns>
            [NotifyCheck]
            public bool PushResponses()
            {
                uint old = _pushedResponses;
                _pushedResponses = _responseProducer;

                // The responses are visible before the index, and the index before the front end's wish is read.
                Volatile.Write(ref _ring->ResponseProducer, _pushedResponses);
                Interlocked.MemoryBarrier();
                return _pushedResponses - Volatile.Read(ref _ring->ResponseEvent) < _pushedResponses - old;
            }

            /// <summary>Asks to be notified of the next request; to be called before waiting for it.</summary>
            /// <returns>True if there is one already: then no notification needs to come.</returns>
            [FinalCheck]
            public bool FinalCheckForRequests()
            {
                if (HasRequest())
                {
                    return true;
                }

                Volatile.Write(ref _ring->RequestEvent, _requestConsumer + 1);
                Interlocked.MemoryBarrier();
                return HasRequest();
            }

            private bool HasRequest()
            {
                uint available = Volatile.Read(ref _ring->RequestProducer) - _requestConsumer;
                IsBroken |= available > _slotCount - (_requestConsumer - _responseProducer);
                return available != 0 && !IsBroken;
            }
        }

        """;
}

namespace ParaKit.Guest.Xen;

/// <summary>
/// Requests of a ring that were put and are not answered: if the back end dies, the next one gets them, in the order in which they were put. Kept apart from the ring, which the back end
/// writes to.
/// </summary>
internal sealed class UnansweredRequests<T>
    where T : unmanaged
{
    private const uint Empty = 0;

    private readonly T[] _requests;
    private readonly ulong[] _ids;

    // When it was put; 0 for a place that is free.
    private readonly uint[] _turns;
    private readonly int[] _free;
    private uint _lastTurn;

    /// <summary>Makes room for as many as the ring has slots.</summary>
    internal UnansweredRequests(int slots)
    {
        _requests = new T[slots];
        _ids = new ulong[slots];
        _turns = new uint[slots];
        _free = new int[slots];
        for (int i = 0; i < slots; i++)
        {
            _free[i] = i;
        }
    }

    /// <summary>How many there are.</summary>
    internal int Count { get; private set; }

    /// <summary>Remembers a request; there must be room.</summary>
    internal void Add(in T request, ulong id)
    {
        int place = _free[Count];
        Count++;
        _lastTurn = _lastTurn == uint.MaxValue ? 1 : _lastTurn + 1;
        _requests[place] = request;
        _ids[place] = id;
        _turns[place] = _lastTurn;
    }

    /// <summary>Forgets a request with this number, if there is one: it was answered.</summary>
    internal void Forget(ulong id)
    {
        for (int i = 0; i < _ids.Length; i++)
        {
            if (_ids[i] == id && _turns[i] != Empty)
            {
                _turns[i] = Empty;
                Count--;
                _free[Count] = i;
                return;
            }
        }
    }

    /// <summary>The oldest one that is younger than another.</summary>
    /// <param name="age">How long ago that one was put, in turns; at first <see cref="uint.MaxValue"/>. Takes the found one's.</param>
    /// <param name="request">It.</param>
    /// <returns>False if there is none.</returns>
    internal bool TryNext(ref uint age, out T request)
    {
        uint oldest = 0;
        int found = -1;
        for (int i = 0; i < _turns.Length; i++)
        {
            uint other = _lastTurn - _turns[i] + 1;
            if (_turns[i] != Empty && other < age && other > oldest)
            {
                oldest = other;
                found = i;
            }
        }

        age = oldest;
        request = found < 0 ? default : _requests[found];
        return found >= 0;
    }
}

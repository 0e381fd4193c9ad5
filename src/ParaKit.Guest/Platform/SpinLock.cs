using System.Threading;

namespace ParaKit.Guest;

/// <summary>
/// A lock between processors. Who waits gives way after a while (<see cref="Processors.Relax"/>): under a hypervisor the one that holds it may not have a physical processor at
/// all, and gets one the sooner. Not to be taken by a handler of interrupts on the processor that holds it.
/// </summary>
public struct SpinLock
{
    private const int TriesBeforeYield = 100;
    private const int Free = 0;
    private const int Held = 1;

    private int _state;

    /// <summary>Takes the lock, when it is free.</summary>
    /// <returns>How often the wait was given to others.</returns>
    public int Enter()
    {
        int yields = 0;
        for (int tries = 1; Interlocked.CompareExchange(ref _state, Held, Free) != Free; tries++)
        {
            if (tries % TriesBeforeYield == 0)
            {
                Processors.Relax();
                yields++;
            }
        }

        return yields;
    }

    /// <summary>Gives the lock back.</summary>
    public void Exit() => Volatile.Write(ref _state, Free);
}

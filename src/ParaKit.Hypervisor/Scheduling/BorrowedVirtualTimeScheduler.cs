namespace ParaKit.Hypervisor.Scheduling;

/// <summary>
/// Borrowed Virtual Time: the least effective virtual time runs, until it is a context-switch allowance ahead of the next. A client that warps borrows from its
/// own future, so that it runs soon after it wakes and yet gets no more than its share. Duda and Cheriton, "Borrowed-virtual-time (BVT) scheduling" (1999).
/// </summary>
public sealed class BorrowedVirtualTimeScheduler : QueueScheduler<BorrowedVirtualTimeScheduler.Client>
{
    /// <summary>The unit in which running is charged, rounded up, in nanoseconds: 100 µs, as Xen's.</summary>
    public const ulong MinimumChargingUnit = 100_000;

    // Virtual time of one unit at weight 1, finely enough that weights up to 65535 differ.
    private const ulong AdvancePerUnit = 1UL << 32;
    private const ulong UnitsAlone = 10;

    private readonly ulong _allowance;
    private readonly bool _isXenSlice;
    private ulong _schedulerTime;

    /// <summary>Makes a scheduler.</summary>
    /// <param name="allowance">C, the context-switch allowance, in nanoseconds; rounded up to charging units.</param>
    /// <param name="isXenSlice">
    /// Slices as Xen 2 and 3 computed them: the lead of the client, a count of charging units, was added to the allowance as if it were nanoseconds, so that every slice is about C.
    /// </param>
    /// <param name="start">The first virtual time; only tests of its wrap-around want another than 0.</param>
    public BorrowedVirtualTimeScheduler(ulong allowance, bool isXenSlice = false, ulong start = 0)
    {
        _allowance = Units(allowance) * MinimumChargingUnit;
        _isXenSlice = isXenSlice;
        _schedulerTime = start;
    }

    /// <inheritdoc/>
    public override string Name => _isXenSlice ? "bvt-xen" : "bvt";

    /// <inheritdoc/>
    public override Turn Next(ulong now)
    {
        if (Earliest(c => c.Effective(now)) is not { } first)
        {
            return Turn.Idle;
        }

        _schedulerTime = Earliest(c => c.Actual)!.Actual;
        return new Turn(first.Number, first.IsWarped(now) ? Math.Min(Slice(first, now), first.WarpLeft) : Slice(first, now));
    }

    /// <inheritdoc/>
    protected override Client Create(int number, SchedulingParameters parameters) => new(number, parameters) { Actual = _schedulerTime };

    /// <inheritdoc/>
    protected override void Join(Client client, ulong now)
    {
        if ((long)(client.Actual - _schedulerTime) < 0)
        {
            client.Actual = _schedulerTime;
        }

        if (now - client.LeftAt >= client.Parameters.UnwarpRequirement)
        {
            client.WarpedFor = 0;
        }
    }

    /// <inheritdoc/>
    protected override void Leave(Client client, ulong now) => client.LeftAt = now;

    /// <inheritdoc/>
    protected override void Account(Client client, ulong ran, bool isRunnable, ulong now)
    {
        if (client.IsWarped(now - ran))
        {
            client.ChargeWarp(ran, now);
        }

        client.Actual += Units(ran) * client.Advance;
        _schedulerTime = Earliest(c => c.Actual)!.Actual;
    }

    /// <inheritdoc/>
    protected override bool Preempts(Client woken, Client running, ulong ran, ulong now)
    {
        var effective = running.Effective(now - ran) + (Units(ran) * running.Advance);
        return (long)(effective - woken.Effective(now) - (Units(_allowance) * running.Advance)) > 0;
    }

    private static ulong Units(ulong nanoseconds) => Math.Max(1, (nanoseconds + MinimumChargingUnit - 1) / MinimumChargingUnit);

    private ulong Slice(Client first, ulong now)
    {
        if (Earliest(c => c.Effective(now), except: first) is not { } second)
        {
            return UnitsAlone * _allowance;
        }

        var lead = (second.Effective(now) - first.Effective(now)) / first.Advance;
        return _allowance + (_isXenSlice ? lead : lead * MinimumChargingUnit);
    }

    /// <summary>A client and its virtual times.</summary>
    public sealed class Client : SchedulingClient
    {
        private ulong _unwarpedUntil;

        /// <summary>Makes one.</summary>
        internal Client(int number, SchedulingParameters parameters)
            : base(number, parameters)
        {
        }

        /// <summary>Virtual time of one charging unit.</summary>
        internal ulong Advance => AdvancePerUnit / (ulong)Parameters.Weight;

        /// <summary>Actual virtual time; wraps around.</summary>
        internal ulong Actual { get; set; }

        /// <summary>When it last began to sleep.</summary>
        internal ulong LeftAt { get; set; }

        /// <summary>How long it ran warped since it last went without warp as long as it has to.</summary>
        internal ulong WarpedFor { get; set; }

        /// <summary>How long it may still run warped.</summary>
        internal ulong WarpLeft => Math.Max(1, Parameters.WarpLimit - Math.Min(WarpedFor, Parameters.WarpLimit));

        /// <summary>Whether it warps.</summary>
        internal bool IsWarped(ulong now) => Warp != 0 && now >= _unwarpedUntil;

        /// <summary>Actual virtual time less what it borrows.</summary>
        internal ulong Effective(ulong now) => IsWarped(now) ? Actual - Warp : Actual;

        private ulong Warp => Parameters.Warp / MinimumChargingUnit * Advance;

        /// <summary>It ran warped; at its limit that ends.</summary>
        internal void ChargeWarp(ulong ran, ulong now)
        {
            WarpedFor += ran;
            if (WarpedFor >= Parameters.WarpLimit)
            {
                WarpedFor = 0;
                _unwarpedUntil = now + Parameters.UnwarpRequirement;
            }
        }
    }
}

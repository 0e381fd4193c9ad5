namespace ParaKit.Hypervisor.Control;

/// <summary>How virtual time passes on a host.</summary>
public enum Pace
{
    /// <summary>No faster than real time: who sleeps for a second sleeps for a second. It passes more slowly while domains have more to do than this computer can simulate.</summary>
    Real,
    /// <summary>As fast as this computer simulates: while all domains wait, it skips to the next timer.</summary>
    Free,
}

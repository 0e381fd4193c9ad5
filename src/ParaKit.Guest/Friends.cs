using System.Runtime.CompilerServices;

// The bridge under rewritten kernels manages page tables for another kernel; no kernel of a user needs that.
[assembly: InternalsVisibleTo("ParaKit.Bridge")]

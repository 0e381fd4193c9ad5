// rules: PK0407 PK0408 PK0409
// file
[ParaKit.Guest.IoRing(typeof(int), typeof(long))] class {|PK0407:Ring|};
[ParaKit.Guest.IoRing(typeof(int), typeof(long))] static partial class Ring;
[ParaKit.Guest.IoRing(typeof(int), typeof(long))] partial struct Ring;
[ParaKit.Guest.IoRing(typeof(int), typeof(long))] partial class {|PK0407:Ring|}<T>;
[ParaKit.Guest.IoRing(typeof(int), typeof(long))] file partial class {|PK0407:Ring|};
class {|PK0407:Outer|} { [ParaKit.Guest.IoRing(typeof(int), typeof(long))] partial class Ring; }
partial class Outer { [ParaKit.Guest.IoRing(typeof(int), typeof(long))] partial class Ring; }
[{|PK0408:ParaKit.Guest.IoRing(typeof(string), typeof(long))|}] partial class Ring;
[{|PK0408:ParaKit.Guest.IoRing(typeof(int), typeof(object[]))|}] partial class Ring;
[{|PK0408:ParaKit.Guest.IoRing(typeof(Node), typeof(int))|}] partial class Ring; struct Node { public string Name; }
[{|PK0408:ParaKit.Guest.IoRing(typeof(Loose), typeof(int))|}] partial class Ring; [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)] struct Loose { public int A; }
[{|PK0409:ParaKit.Guest.IoRing(typeof(Large), typeof(int))|}] partial class Ring; unsafe struct Large { public fixed byte Data[4033]; }
[ParaKit.Guest.IoRing(typeof(Large), typeof(int))] partial class Ring; unsafe struct Large { public fixed byte Data[4032]; }
[ParaKit.Guest.IoRing(typeof(Kind), typeof(System.Guid))] partial class Ring; enum Kind : byte { A }

// rules: PK0405 PK0406
// statements of a driver
if (!{|PK0405:GrantTable.TryGrantAccess(0, frame, false, out GrantReference g)|}) return; if (n > 3) return; GrantTable.TryEndAccess(g);
if ({|PK0405:GrantTable.TryGrantAccess(0, frame, false, out var g)|}) { Use(g.Number); }
{|PK0405:GrantTable.TryGrantAccess(0, frame, false, out _)|};
{|PK0405:GrantTable.TryGrantAccess(0, frame, false, out GrantReference g)|}; Use(g.Number);
GrantReference g = {|PK0405:Grants.Grant(frame)|}; if (n > 3) { Grants.End(g); }
{|PK0405:Grants.Grant(frame)|};
_ = {|PK0405:Grants.Grant(frame)|};
GrantReference g; g = {|PK0405:Grants.Grant(frame)|}; Use(g.Number);
GrantReference g = {|PK0405:Grants.Grant(frame)|}; switch (n) { case 1: Grants.End(g); break; case 2: _kept = g; break; }
GrantReference g = {|PK0405:Grants.Grant(frame)|}; try { Use(g.Number); } finally { if (n > 3) { Grants.End(g); } }
GrantReference g = {|PK0405:Grants.Grant(frame)|}; while (n > 0) { if (n == 7) { return; } n--; } Grants.End(g);
GrantReference g = {|PK0405:Grants.Grant(frame)|}; if (g.Number == 0) { return; } Grants.End(g);
GrantReference g = Grants.Grant(frame); Grants.End(g); Use({|PK0406:g|}.Number);
GrantReference g = Grants.Grant(frame); Grants.End(g); Grants.End({|PK0406:g|});
GrantReference g = Grants.Grant(frame); Grants.End(g); Keep({|PK0406:g|});
GrantReference g = Grants.Grant(frame); Grants.End(g); _kept = {|PK0406:g|};
GrantReference g = Grants.Grant(frame); if (n > 3) { Grants.End(g); } Keep({|PK0406:g|});
if (!GrantTable.TryGrantAccess(0, frame, false, out var g)) return; GrantTable.TryEndAccess(g); Entry e = new Entry { Grant = {|PK0406:g|} }; Use(e);
if (!{|PK0405:GrantTable.TryGrantAccess(0, frame, false, out var g)|}) return; if (GrantTable.TryEndAccess(g)) { Keep({|PK0406:g|}); }
GrantReference g = {|PK0405:Grants.Grant(frame)|}; for (int i = 0; i < n; i++) { Grants.End({|PK0406:g|}); } Wait();
if (!GrantTable.TryGrantAccess(0, frame, false, out GrantReference g)) return; Use(g.Number); GrantTable.TryEndAccess(g);
if (GrantTable.TryGrantAccess(0, frame, false, out var g)) { Use(g.Number); while (!GrantTable.TryEndAccess(g)) { X86.Pause(); } }
if (GrantTable.TryGrantAccess(0, frame, false, out var g)) { if (!GrantTable.TryEndAccess(g)) { _kept = g; } }
if (GrantTable.TryGrantAccess(0, frame, false, out var g)) { _kept = g; }
if (GrantTable.TryGrantAccess(0, frame, true, out _kept)) { n++; }
if (GrantTable.TryGrantAccess(0, frame, true, out GrantReference g)) { Entry e = new Entry { Grant = g }; Use(e); }
GrantReference g = Grants.Grant(frame); Keep(g);
_kept = Grants.Grant(frame);
Keep(Grants.Grant(frame));
Grants.End(Grants.Grant(frame));
GrantReference g = Grants.Grant(frame); _entries[n].Grant = g;
GrantReference g = Grants.Grant(frame); try { Use(g.Number); } finally { Grants.End(g); }
GrantReference g = Grants.Grant(frame); if (n > 3) { Grants.End(g); return; } Grants.End(g);
for (int i = 0; i < n; i++) { GrantReference g = Grants.Grant(frame); Grants.End(g); }
GrantReference g = Grants.Grant(frame); Grants.End(g); g = Grants.Grant(frame); Grants.End(g);
GrantReference g = Grants.Grant(frame); Action end = () => Grants.End(g); end();
GrantReference g = Grants.Grant(frame); if (n > 3) { Panic(); } Grants.End(g);
GrantReference g = Grants.Grant(frame); if (n > 3) { throw new Exception(); } Grants.End(g);
GrantReference g = Grants.Grant(frame); while (true) { Use(g.Number); }
GrantReference g = Grants.Grant(frame); GrantReference h = g; Grants.End(h);
GrantReference g = Grants.Grant(frame); GrantReference[] all = [g]; Use((ulong)all.Length);
GrantReference g = default; Use(g.Number); Keep(g);
bool done = GrantTable.TryEndAccess(_kept); if (!done) { GrantTable.TryEndAccess(_kept); }
GrantReference g = Grants.Grant(frame); bool done = GrantTable.TryEndAccess(g); if (!done) { Keep(g); }
void Stop() => Grants.End(_kept); Stop(); GrantReference g = Grants.Grant(frame); Keep(g);
Grants.End(_kept); Use({|PK0406:_kept|}.Number);
Grants.End(_kept); Grants.End({|PK0406:this._kept|});
Grants.End(_kept); if (n > 3) { _kept = Grants.Grant(frame); } Keep({|PK0406:_kept|});
if (GrantTable.TryEndAccess(_kept)) { _front.Push(); Keep({|PK0406:_kept|}); }
Grants.End(_kept); _kept = Grants.Grant(frame); Use(_kept.Number);
Grants.End(_kept); GrantTable.TryGrantAccess(0, frame, true, out _kept); Use(_kept.Number);
Driver other = this; Grants.End(other._kept); Use(_kept.Number);
Grants.End(_entries[n].Grant); Use(_entries[n].Grant.Number);
GrantReference g = {|PK0405:Grants.Grant(frame)|}; g = Grants.Grant(frame); Grants.End(g);
GrantReference g = {|PK0405:Grants.Grant(frame)|}; Use(g.Number); g = default; Use(g.Number);
GrantReference g = default; for (int i = 0; i < n; i++) { g = {|PK0405:Grants.Grant(frame)|}; Use(g.Number); } Grants.End(g);
if (!{|PK0405:GrantTable.TryGrantAccess(0, frame, true, out _kept)|}) return; if (!GrantTable.TryGrantAccess(0, frame, false, out _kept)) return; n++;
_kept = {|PK0405:Grants.Grant(frame)|}; _front.Push(); _kept = Grants.Grant(frame);
for (int i = 0; i < n; i++) { _kept = {|PK0405:Grants.Grant(frame)|}; Use(_kept.Number); }
_kept = Grants.Grant(frame); Grants.End(_kept); _kept = Grants.Grant(frame);
_kept = Grants.Grant(frame); Keep(_kept); _kept = default;
_kept = Grants.Grant(frame); Panels.Add(this); _kept = default;
GrantReference g; while (!GrantTable.TryGrantAccess(0, frame, false, out g)) { X86.Pause(); } GrantTable.TryEndAccess(g);
GrantReference g = Grants.Grant(frame); Entry e = new Entry { Grant = g }; g = default; Use(e);
GrantReference g; for (int i = 0; i < n; i++) { g = Grants.Grant(frame); _entries[i].Grant = g; }
// members of a driver
void M(Pfn frame) { _kept = Grants.Grant(frame); Stop(); _kept = default; } void Stop() => Grants.End(_kept);
void M(GrantReference g, Pfn frame) { g = {|PK0405:Grants.Grant(frame)|}; g = default; Keep(g); }
void M() { Grants.End(_kept); Renew(); Use(_kept.Number); } void Renew() => _kept = default;
void M(Action renew) { Grants.End(_kept); renew(); Use(_kept.Number); }
GrantReference Make(Pfn frame) => Grants.Grant(frame);
GrantReference Make(Pfn frame) { GrantReference g = Grants.Grant(frame); return g; }
bool Make(Pfn frame, out GrantReference g) => GrantTable.TryGrantAccess(0, frame, false, out g);
bool Make(Pfn frame, out GrantReference g) { g = Grants.Grant(frame); return g.Number != 0; }
[AcquiresGrant] GrantReference Mine(Pfn frame) => Grants.Grant(frame); void M(Pfn frame) { GrantReference g = {|PK0405:Mine(frame)|}; Use(g.Number); }
void Stop(GrantReference g) { Grants.End(g); Keep({|PK0406:g|}); }
void Stop(GrantReference g) { Grants.End(g); g = default; Keep(g); }
void Stop([EndsGrant] GrantReference g) => Grants.End(g);
bool Stop([EndsGrant] GrantReference g) => GrantTable.TryEndAccess(g);
void Twice(GrantReference g) { GrantTable.TryEndAccess(g); GrantTable.TryEndAccess({|PK0406:g|}); }
void M(Pfn frame) { void Inner() { GrantReference g = {|PK0405:Grants.Grant(frame)|}; Use(g.Number); } Inner(); }
GrantReference Choose(Pfn frame, bool b) { GrantReference g = {|PK0405:Grants.Grant(frame)|}; return b ? g : default; }

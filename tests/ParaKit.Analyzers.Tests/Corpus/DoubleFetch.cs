// rules: PK0401
// statements of a driver
if (request->Length < 64) { Use({|PK0401:request->Length|}); }
if (request->Length > 64) return; Use({|PK0401:request->Length|}); Use({|PK0401:request->Length|});
uint a = (*request).Length; uint b = {|PK0401:request->Length|}; Use(a + b);
if (_request->Length < 64) { Use({|PK0401:_request->Length|}); }
if (place.Length < 64) { Use({|PK0401:place.Length|}); }
if (span[n].Length < 64) { Use({|PK0401:span[n].Length|}); }
if (request[n].Length < 64) { Use({|PK0401:request[n].Length|}); }
if (Volatile.Read(ref request->Length) < 64) { Use(Volatile.Read(ref {|PK0401:request->Length|})); }
if (request->Length < 64) { Request copy = {|PK0401:*request|}; Use(copy.Length); }
Request copy = *request; if (copy.Length < 64) { Use({|PK0401:request->Length|}); }
if (request->Sectors.First < request->Sectors.Last) { Use({|PK0401:request->Sectors.First|}); }
Span2 sectors = request->Sectors; if (sectors.First < 9) { Use({|PK0401:request->Sectors.First|}); }
for (uint i = 0; i < request->Length; i++) { Use(i + {|PK0401:request->Length|}); }
if (n > 3) { Use(request->Length); } Use({|PK0401:request->Length|});
ref Request r = ref request[n]; if (r.Length < 64) { Use({|PK0401:r.Length|}); }
uint count = _ring->RequestProducer - _consumer; if (count < 32) { while (_consumer != {|PK0401:_ring->RequestProducer|}) { _consumer++; } }
switch (request->Length) { case 1: Use({|PK0401:request->Length|}); break; default: break; }
Use(request->Length + {|PK0401:request->Length|});
uint x = request->Length > 64 ? 64 : {|PK0401:request->Length|}; Use(x);
if (Shared->RequestProducer - _consumer < 32) { Use({|PK0401:Shared->RequestProducer|}); }
Action act = () => { if (_request->Length < 4) { Use({|PK0401:_request->Length|}); } }; act();
void Local(Request* q) { if (q->Length < 4) { Use({|PK0401:q->Length|}); } } Local(request);
if (request->Length < 64 && {|PK0401:request->Length|} > 3) { n++; }
uint length = request->Length; if (length < 64) { Use(length); }
Request copy = *request; if (copy.Length < 64) { Use(copy.Length); }
Request copy = Copy(ref place); if (copy.Length < 64) { Use(copy.Length); }
if (request->Length < 64) { Use(request->Offset); }
if (request->Length < 64) { Use(_request->Length); }
if (request[0].Length < 64) { Use(request[1].Length); }
while (request->Length == 0) { X86.Pause(); }
while (_ring->ResponseProducer != _consumer) { _consumer++; }
if (request->Length < 64) { request++; Use(request->Length); }
if (request->Length < 64) { request = _request; Use(request->Length); }
if (request[n].Length < 64) { n++; Use(request[n].Length); }
Use(request->Length); request->Length = 3; Use(request->Length);
if (n > 3) { Use(request->Length); } else { Use(request->Length); }
uint seen = _ring->ResponseProducer; _ring->ResponseEvent = seen + 1; Interlocked.MemoryBarrier(); if (_ring->ResponseProducer != seen) { n++; }
uint version; do { version = request->Length; n++; } while (version != request->Length);
ulong size = (ulong)sizeof(Request) + (ulong)nameof(Request.Length).Length; Use(size);
Use(request->Length); Wait(); Use(request->Length);
foreach (ref Request r in span) { Use(r.Length); }
Use(request->Data[0]); Use(request->Data[1]);
if (request->Length < 64) { Panic(); } else { Use(request->Offset); }
Request made = new Request { Length = 3 }; Use(made.Length); Use(made.Length);
for (int i = 0; i < n; i++) { Use(request[i].Length); }
Request* q = request; if (request->Length < 64) { Use({|PK0401:q->Length|}); }
Request* q = request; if (q->Length < 64) { Use({|PK0401:request->Length|}); }
ref Request r = ref *request; if (request->Length < 64) { Use({|PK0401:r.Length|}); }
ref Request r = ref span[n]; if (span[n].Length < 64) { Use({|PK0401:r.Length|}); }
Request* q = &request[3]; if (request[3].Length < 64) { Use({|PK0401:q->Length|}); }
if (request->Length < 64) { Use({|PK0401:request[0].Length|}); }
if (((Request*)request)->Length < 64) { Use({|PK0401:(*request).Length|}); }
ref Span2 s = ref request->Sectors; if (request->Sectors.First < 9) { Use({|PK0401:s.First|}); }
if (this._request->Length < 64) { Use({|PK0401:_request->Length|}); }
Request* q = request; q++; if (request->Length < 64) { Use(q->Length); }
Request* q = request; if (request->Length < 64) { request++; Use(q->Length + request->Length); }
Request* q = &request[3]; if (request[4].Length < 64) { Use(q->Length); }
ref Request r = ref span[0]; if (span[n].Length < 64) { Use(r.Length); }
Request copy = *request; Request other = copy; if (copy.Length < 64) { Use(other.Length); }
ref Span2 s = ref request->Sectors; if (s.First < 9) { Use({|PK0401:s.First|}); }
Span2* s = &request->Sectors; if (s->First < 9) { Use({|PK0401:s->First|}); }
ref Span2 s = ref span[n].Sectors; if (s.First < s.Last) { Use({|PK0401:s.Last|}); }
ref readonly Span2 s = ref place.Sectors; if (s.First < 9) { Use({|PK0401:place.Sectors.First|}); }
ref uint length = ref request->Length; if (length < 64) { Use({|PK0401:length|}); }
uint* length = &request->Length; if (*length < 64) { Use({|PK0401:*length|}); }
uint* length = &request->Length; if (request->Length < 64) { Use({|PK0401:*length|}); }
ref Span2 s = ref request->Sectors; Span2 copy = s; if (copy.First < 9) { Use({|PK0401:s.First|}); }
Span2* s = &request->Sectors; Span2 copy = *s; if (copy.First < 9) { Use({|PK0401:s->First|}); }
Span2 own = default; ref Span2 s = ref own; if (s.First < 9) { Use(s.First); }
ref Span2 s = ref request->Sectors; if (s.First < 9) { Use(s.Last); }
ref Span2 s = ref request->Sectors; Use(s.First); s = ref place.Sectors; Use(s.First);
uint own = 3; uint* length = &own; if (*length < 64) { Use(*length); }
ref uint length = ref request->Length; Use(length); length = 3; Use(length);
Span2* s = &request->Sectors; while (s->First == 0) { X86.Pause(); }
Request copy = *request; ref Span2 s = ref copy.Sectors; if (s.First < 9) { Use(s.First); }
// members of a driver
bool Check(Request request) => request.Length < 64 && request.Length > 3;
uint Sum(in Request request) => request.Length + {|PK0401:request.Length|};
Request Next() => default; void M() { Use(Next().Length); Use(Next().Length); }
Request _own; void M() { if (_own.Length < 64) { Use(_own.Length); } }
static Request s_table; uint Twice() => s_table.Length + s_table.Length;
void M() { if (_request->Length < 4) { Advance(); Use(_request->Length); } } void Advance() => _request++;
uint Both { get { uint a = _request->Length; return a + {|PK0401:_request->Length|}; } }
Driver() { Use(_request->Length); Use({|PK0401:_request->Length|}); }

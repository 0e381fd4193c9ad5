// statements
{|PK0006:*_entry = value|};
{|PK0006:_entry[n] = value|};
{|PK0006:*(_entry + n) = value|};
{|PK0006:*_entry |= PageTable.Present|};
{|PK0006:*_entry &= ~PageTable.Present|};
{|PK0006:(*_entry)++|};
{|PK0006:--*_entry|};
{|PK0006:*Find() = 0|};
{|PK0006:Find()[3] = 0|};
ulong* p = Find(); {|PK0006:*p = 0|};
ulong* p = Find() + 4; {|PK0006:p[-1] = 0|};
ulong* p; p = Find(); {|PK0006:*p = 0|};
ulong* p = _entry; ulong* q = p; ulong* r = q + 1; {|PK0006:*r = 0|};
ulong* p = (ulong*)value; PageTable.Write(p, 0); {|PK0006:*p = 0|};
ulong* p = (ulong*)value; {|PK0006:p[1] = 0|}; PageTable.Read(p + 2);
ulong* p = (ulong*)value; for (int i = 0; i < 512; i++) { {|PK0006:p[i] = 0|}; } ulong old = PageTable.Read(&p[4]);
ulong* p = Find(); while ((PageTable.Read(p) & 1) != 0) { {|PK0006:*p++ = 0|}; }
Action a = () => {|PK0006:*_entry = 0|};
void local(ulong* p) { {|PK0006:*p = PageTable.Read(p)|}; } local(_entry);
ulong stored = {|PK0006:*_entry = value|};
System.Threading.Interlocked.Exchange(ref {|PK0006:*_entry|}, value);
System.Threading.Volatile.Write(ref {|PK0006:_entry[n]|}, value);
if (n > 0) {|PK0006:*_entry = 0|}; else {|PK0006:_entry[1] = 0|};
PageTable.Write(_entry, value); PageTable.Write(_entry + n, PageTable.Read(_entry) | 2);
ulong* p = (ulong*)value; *p = 0; p[3] = 1; (*p)++;
ulong* p = stackalloc ulong[4]; p[0] = PageTable.Read(_entry); *p = 1;
ulong copy = PageTable.Read(_entry); copy |= 1; value = copy;
_entry = null; _entry += 1; ulong* p = _entry; p++;
bytes[n] = 1; *bytes = 2; *(ulong*)bytes = 4;
ulong[] a = new ulong[4]; a[0] = PageTable.Read(_entry);
ulong old = *_entry; bool same = *_entry == value;
ulong* p = (ulong*)PageTable.Read(_entry); *p = 0;
// members
void Set([PageTableEntry] ulong* e) => {|PK0006:*e = 1|};
void Set([PageTableEntry] ulong* e, int i) { {|PK0006:e[i] = 1|}; }
static void Clear(ulong* table) { for (int i = 0; i < 512; i++) table[i] = 0; }
[NativeOnly] void Boot([PageTableEntry] ulong* e) => *e = 1;
[Sensitive("set", Sensitivity.SensitiveStore)] static void Set([PageTableEntry] ulong* e) => *e = 1;

namespace Gatehouse.Tests.Unit.WorkerApi;

/// <summary>A listing of public types: a line for each type, its members indented below it.</summary>
internal sealed class ApiListing
{
    private readonly Dictionary<string, HashSet<string>> _types = new(StringComparer.Ordinal);

    public ApiListing(IEnumerable<string> lines)
    {
        HashSet<string>? members = null;
        foreach (var line in lines.Where(static line => line.Length > 0 && !line.StartsWith('#')))
        {
            if (!line.StartsWith(' '))
            {
                // One assembly may list a type that another lists too: extension classes of the same name.
                members = _types.TryGetValue(line, out var known) ? known : _types[line] = new HashSet<string>(StringComparer.Ordinal);
            }
            else
            {
                members!.Add(line.Trim());
            }
        }
    }

    /// <summary>What is in here and not in the other one, each with the type that it belongs to.</summary>
    public IEnumerable<string> FindMissingFrom(ApiListing other)
    {
        foreach (var (type, members) in _types)
        {
            if (!other._types.TryGetValue(type, out var known))
            {
                yield return type;
                continue;
            }

            foreach (var member in members.Where(member => !known.Contains(member)))
            {
                yield return $"{type} → {member}";
            }
        }
    }
}

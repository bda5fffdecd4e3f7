using System.Collections.Frozen;
using Gatehouse.Protection.Http;

namespace Gatehouse.Protection;

/// <summary>The access rule of every function, read once at start. What is not in here is refused.</summary>
internal sealed class AccessRules(FunctionCatalog functions)
{
    private readonly FrozenDictionary<string, AccessRule> _rules =
        functions.Endpoints.ToFrozenDictionary(static function => function.Name, AccessRule.Of, StringComparer.Ordinal);

    public AccessRule Find(string functionName) => _rules.GetValueOrDefault(functionName, AccessRule.Refused);
}

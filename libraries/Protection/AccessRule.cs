using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;

namespace Gatehouse.Protection;

/// <summary>Who may call a function, as its <c>[AllowAnonymous]</c> and <c>[Authorize]</c> attributes state it.</summary>
internal sealed record AccessRule
{
    /// <summary>Anybody, with or without a token.</summary>
    public bool IsAnonymous { get; private init; }

    /// <summary>Nobody: the function states nothing.</summary>
    public bool IsRefused { get; private init; }

    /// <summary>Scopes that the token must hold, all of them.</summary>
    public ImmutableArray<string> Scopes { get; private init; } = [];

    /// <summary><see cref="Scopes"/> as the challenge names them.</summary>
    public string ScopeText { get; private init; } = "";

    /// <summary>Role lists of which the caller must have one role each.</summary>
    public ImmutableArray<ImmutableArray<string>> Roles { get; private init; } = [];

    /// <summary>The rule of a function that states none, or that is not known.</summary>
    public static AccessRule Refused { get; } = new() { IsRefused = true };

    /// <summary>Reads the rule of a function. Attributes on the method replace those on its class.</summary>
    /// <exception cref="InvalidOperationException">The attributes contradict each other or ask for what is not supported.</exception>
    public static AccessRule Of(FunctionEndpoint function)
    {
        var method = Read(function, function.Method);
        return method.IsRefused && function.Method.DeclaringType is { } type ? Read(function, type) : method;
    }

    private static AccessRule Read(FunctionEndpoint function, MemberInfo member)
    {
        var isAnonymous = member.IsDefined(typeof(AllowAnonymousAttribute), inherit: true);
        var authorizations = member.GetCustomAttributes<AuthorizeAttribute>(inherit: true).ToArray();
        if (isAnonymous && authorizations.Length > 0)
        {
            throw new InvalidOperationException($"The function {function.Name} has both [AllowAnonymous] and [Authorize]. Remove one of them.");
        }

        if (authorizations.Any(static attribute => attribute.AuthenticationSchemes is not null))
        {
            throw new InvalidOperationException($"The function {function.Name} names AuthenticationSchemes. There is one scheme, bearer tokens: remove it.");
        }

        if (isAnonymous)
        {
            return new AccessRule { IsAnonymous = true };
        }

        if (authorizations.Length == 0)
        {
            return Refused;
        }

        ImmutableArray<string> scopes = [.. authorizations.Select(static attribute => attribute.Policy).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (scopes.FirstOrDefault(static scope => !ScopeSet.IsScopeToken(scope)) is { } invalid)
        {
            throw new InvalidOperationException($"The function {function.Name} asks for the policy '{invalid}', which is not a scope (RFC 6749 §3.3).");
        }

        return new AccessRule
        {
            Scopes = scopes,
            ScopeText = string.Join(' ', scopes),
            Roles = [.. authorizations.Select(static attribute => attribute.Roles).OfType<string>().Select(SplitRoles)],
        };
    }

    private static ImmutableArray<string> SplitRoles(string roles) =>
        [.. roles.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}

/// <summary>The access rule of every function, read once at start. What is not in here is refused.</summary>
internal sealed class AccessRules(FunctionCatalog functions)
{
    private readonly FrozenDictionary<string, AccessRule> _rules =
        functions.Endpoints.ToFrozenDictionary(static function => function.Name, AccessRule.Of, StringComparer.Ordinal);

    public AccessRule Find(string functionName) => _rules.GetValueOrDefault(functionName, AccessRule.Refused);
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;

namespace Gatehouse.Protection;

/// <summary>The access rule of a function, from its <c>[AllowAnonymous]</c> and <c>[Authorize]</c> attributes.</summary>
internal sealed record AccessRule
{
    /// <summary>Whether callers need no token.</summary>
    public bool IsAnonymous { get; private init; }

    /// <summary>Whether every caller is refused, because the function states no rule.</summary>
    public bool IsRefused { get; private init; }

    /// <summary>The scopes that the token must hold, all of them.</summary>
    public ImmutableArray<string> Scopes { get; private init; } = [];

    /// <summary><see cref="Scopes"/> as the challenge names them.</summary>
    public string ScopeText { get; private init; } = "";

    /// <summary>Lists of roles: the caller must have one role of each list.</summary>
    public ImmutableArray<ImmutableArray<string>> Roles { get; private init; } = [];

    /// <summary>Whether the person must have signed in with more than one factor.</summary>
    public bool RequiresMfa { get; private init; }

    /// <summary>How long ago the person may have signed in; null for any time.</summary>
    public TimeSpan? MaxSignInAge { get; private init; }

    /// <summary>Whether a valid token may come from a sign-in that does not suffice.</summary>
    public bool CanAskForStepUp => RequiresMfa || MaxSignInAge is not null;

    /// <summary>The rule of an unknown function, or of one that states none.</summary>
    public static AccessRule Refused { get; } = new() { IsRefused = true };

    /// <summary>Reads the rule of a function. Attributes on the method replace those on its class.</summary>
    /// <param name="function">The function.</param>
    /// <param name="defaultRule">The rule of a function that states none; null to refuse it to everybody.</param>
    /// <exception cref="InvalidOperationException">The attributes contradict each other or ask for something unsupported.</exception>
    public static AccessRule Of(FunctionEndpoint function, AuthorizeAttribute? defaultRule = null)
    {
        var method = Read(function, function.Method);
        var stated = method.IsRefused && function.Method.DeclaringType is { } type ? Read(function, type) : method;
        var rule = stated.IsRefused && defaultRule is not null ? Create(function, isAnonymous: false, [defaultRule]) : stated;
        return AddStepUp(function, rule);
    }

    // On a class they hold for every function that is not anonymous, whatever else its method states: a rule must not get lost.
    private static AccessRule AddStepUp(FunctionEndpoint function, AccessRule rule)
    {
        var recent = Find<RequireRecentSignInAttribute>(function.Method);
        var mfa = Find<RequireMfaAttribute>(function.Method);
        if (rule.IsAnonymous)
        {
            return recent.OnMethod || mfa.OnMethod
                ? throw new InvalidOperationException($"The function {function.Name} has both [AllowAnonymous] and [RequireMfa] or [RequireRecentSignIn]. Remove one of them.")
                : rule;
        }

        return rule with { RequiresMfa = mfa.Attribute is not null, MaxSignInAge = recent.Attribute is { } attribute ? TimeSpan.FromMinutes(attribute.Minutes) : null };
    }

    private static (T? Attribute, bool OnMethod) Find<T>(MethodInfo method)
        where T : Attribute => method.GetCustomAttribute<T>() is { } found ? (found, true) : (method.DeclaringType?.GetCustomAttribute<T>(), false);

    private static AccessRule Read(FunctionEndpoint function, MemberInfo member) => Create(
        function,
        member.IsDefined(typeof(AllowAnonymousAttribute), inherit: true),
        [.. member.GetCustomAttributes<AuthorizeAttribute>(inherit: true)]);

    private static AccessRule Create(FunctionEndpoint function, bool isAnonymous, AuthorizeAttribute[] authorizations)
    {
        if (isAnonymous && authorizations.Length > 0)
        {
            throw new InvalidOperationException($"The function {function.Name} has both [AllowAnonymous] and [Authorize]. Remove one of them.");
        }

        if (authorizations.Any(static attribute => attribute.AuthenticationSchemes is not null))
        {
            throw new InvalidOperationException($"The function {function.Name} names AuthenticationSchemes. Bearer tokens are the only scheme: remove the property.");
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
            throw new InvalidOperationException($"The function {function.Name} names the policy '{invalid}', which is not a scope (RFC 6749 §3.3). Name a scope, such as orders:read.");
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

/// <summary>The access rule of every function, read once at start. Calls to other functions are refused.</summary>
internal sealed class AccessRules(FunctionCatalog functions, GatehouseProtectionOptions? options = null)
{
    private readonly FrozenDictionary<string, AccessRule> _rules =
        functions.Endpoints.ToFrozenDictionary(static function => function.Name, function => AccessRule.Of(function, options?.DefaultRule), StringComparer.Ordinal);

    public AccessRule Find(string functionName) => _rules.GetValueOrDefault(functionName, AccessRule.Refused);
}

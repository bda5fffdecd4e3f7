using System.Collections.Frozen;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

/// <summary>The roles whose users need a second factor.</summary>
internal sealed class SecondFactorRule(IOptions<AuthenticationOptions> options)
{
    private readonly FrozenSet<string> _roles = SettingList.Split(options.Value.SecondFactorRequiredFor).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the user needs a second factor and has none. Until the user adds one, tokens grant nothing.</summary>
    public bool IsMissing(User user) => _roles.Count > 0 && !user.Factors.HasSecond && user.Roles.Any(_roles.Contains);
}

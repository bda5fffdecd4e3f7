namespace Gatehouse.Protection.Settings;

/// <summary>Settings that hold a list in one string.</summary>
internal static class SettingList
{
    /// <summary>The items of a list that is separated by spaces or commas.</summary>
    public static string[] Split(string list) => list.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
}

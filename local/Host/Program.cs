using Gatehouse.Local.Demo;
using Gatehouse.Mail;
using Microsoft.Extensions.Options;

namespace Gatehouse.Local;

/// <summary>The program: starts Gatehouse, or says in one line why it can't.</summary>
internal static class Program
{
    private const int Failed = 1;

    public static async Task<int> Main(string[] args)
    {
        var commandLine = new HostCommandLine(args);
        if (commandLine.Error is { } error)
        {
            return await FailAsync(error);
        }

        if (commandLine.IsQuestion)
        {
            return commandLine.Answer();
        }

        try
        {
            var arguments = commandLine.ReadArguments();
            await using var host = LocalApplication.CreateBuilder(arguments).Build();

            // Settings first: the host opens the database, and creates it, before it validates them.
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            // Only Development makes keys and demo data. In Production the folder may be read-only.
            using (host.Environment.IsDevelopment() ? await StartTurn.TakeAsync(arguments.DataFolder, Console.Out) : null)
            {
                await host.StartAsync();
            }

            Console.WriteLine(await Welcome.WriteAsync(host.Urls, host.Services.GetService<DemoData>(), host.Services.GetRequiredService<IOptions<MailOptions>>().Value.Folder));
            await host.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception exception) when (StartFailure.Explain(exception) is { } reason)
        {
            return await FailAsync(reason);
        }
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync($"gatehouse: {message}");
        return Failed;
    }
}
